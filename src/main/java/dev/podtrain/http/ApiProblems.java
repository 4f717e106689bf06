package dev.podtrain.http;

import dev.podtrain.base.Problem;
import dev.podtrain.base.Problem.Kind;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Puts what stopped a call into the user's words: the advice for each kind of failure is written here once. */
final class ApiProblems {
    /** What was tried, and what is left behind if it fails. */
    record Purpose(String action, String left) {}

    private final HttpSettings settings;

    ApiProblems(HttpSettings settings) {
        this.settings = settings;
    }

    ProblemException refused(Purpose purpose, ApiError error) {
        String service = settings.service();
        String said = service + " answered " + error.text();
        return switch (error.status()) {
            case 401 ->
                problem(
                        Kind.NOT_AUTHENTICATED,
                        purpose,
                        service + " does not accept the API key: " + error.text(),
                        "put a valid key into " + settings.keyName() + " and run the same command again");
            case 402 ->
                problem(
                        Kind.FAILED,
                        purpose,
                        said + ": the balance is too low",
                        "add credit to the account, then try again");
            case 403 ->
                error.problemDocument()
                        ? problem(
                                Kind.NOT_AUTHENTICATED,
                                purpose,
                                said + ": the key lacks the right for this",
                                "give the key of " + settings.keyName()
                                        + " the right to read and write, or use another")
                        : problem(
                                Kind.FAILED,
                                purpose,
                                "something in front of " + service + " refused the request: " + error.text(),
                                "look for a proxy or firewall in between; if there is none, wait a minute and try again");
            case 404 -> problem(Kind.FAILED, purpose, said, "check the id and which account the key belongs to");
            case 410 ->
                problem(
                        Kind.FAILED,
                        purpose,
                        said + ": this API no longer exists",
                        "install a newer version of this program");
            case 409 ->
                problem(
                        Kind.FAILED,
                        purpose,
                        said + ": not possible in the present state",
                        "look at the state, then decide");
            case 413, 422 ->
                problem(
                        Kind.FAILED,
                        purpose,
                        said,
                        "correct the setting that it names; if it names none of yours, report this as a bug");
            case 429 -> problem(Kind.FAILED, purpose, said + ": too many requests", "wait a minute, then try again");
            default ->
                problem(
                        Kind.FAILED,
                        purpose,
                        said,
                        error.status() >= 500 ? "try again in a few minutes" : "report this as a bug");
        };
    }

    ProblemException unreachable(Purpose purpose, IOException cause, int tries) {
        return problem(
                Kind.FAILED,
                purpose,
                reason(cause) + (tries > 1 ? " (" + tries + " tries)" : ""),
                "check the connection to " + settings.base().getHost() + ", then run the same command again",
                cause);
    }

    ProblemException unreadable(Purpose purpose, String why, @Nullable Throwable cause) {
        return problem(
                Kind.FAILED,
                purpose,
                why,
                "look for a proxy or log-in page in between; if there is none, report this as a bug",
                cause);
    }

    ProblemException limited(Purpose purpose, Duration wait) {
        return problem(
                Kind.FAILED,
                purpose,
                settings.service() + " allows no more requests with this key for " + wait.toSeconds() + " s",
                "wait that long, then try again; other programs with the same key count too");
    }

    /** What went wrong on the way, without the library's class names. */
    String reason(IOException cause) {
        String host = settings.base().getHost();
        if (cause instanceof UnknownHostException) {
            return "the name " + host + " cannot be resolved";
        }
        if (cause instanceof ConnectException) {
            return "no connection to " + host;
        }
        if (cause instanceof SSLException) {
            return "no trusted connection to " + host + ": " + cause.getMessage();
        }
        if (cause instanceof InterruptedIOException) {
            return host + " did not answer in time";
        }
        if (cause instanceof AnswerTooLongException) {
            return "the answer of " + host + " is too long";
        }
        return "the connection to " + host + " broke: " + cause.getMessage();
    }

    private static ProblemException problem(Kind kind, Purpose purpose, String why, String next) {
        return problem(kind, purpose, why, next, null);
    }

    private static ProblemException problem(
            Kind kind, Purpose purpose, String why, String next, @Nullable Throwable cause) {
        return new ProblemException(
                new Problem(kind, "could not " + purpose.action(), why, next, purpose.left()), cause);
    }
}
