package dev.podtrain.local;

import java.util.List;

/**
 * A request is answered with a problem instead of a result.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>, which gives the form of the answer
 */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final String NO_CAPACITY =
            "There are no longer any instances available with the requested specifications. Please refresh and try again.";
    static final String NO_FREE_GPUS = "There are not enough free GPUs on the host machine to start this pod.";

    private final int status;
    private final int retryAfterSeconds;
    private final transient List<String> errors;

    private Refusal(int status, String detail, List<String> errors, int retryAfterSeconds) {
        super(detail);
        this.status = status;
        this.errors = List.copyOf(errors);
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** @param status HTTP status; 0 cuts the connection instead of answering */
    static Refusal of(int status, String detail) {
        return new Refusal(status, detail, List.of(), 0);
    }

    static Refusal tooMany(int retryAfterSeconds) {
        return new Refusal(429, "rate limit exceeded for the minute window", List.of(), retryAfterSeconds);
    }

    /** The body breaks the contract: every violation found, as {@code $.path: reason}. */
    static Refusal invalid(List<String> errors) {
        return new Refusal(422, "Request validation failed.", errors, 0);
    }

    static Refusal noSuchPod() {
        return of(404, "pod not found");
    }

    int status() {
        return status;
    }

    /** 0 where nothing is said about it. */
    int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    List<String> errors() {
        return errors;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    String title() {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 402 -> "Payment Required";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 413 -> "Content Too Large";
            case 422 -> "Unprocessable Entity";
            case 429 -> "Too Many Requests";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            default -> status >= 500 ? "Internal Server Error" : "Error";
        };
    }
}
