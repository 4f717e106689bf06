package dev.podtrain.http;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.http.ApiProblems.Purpose;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One JSON API: sends a call, waits where the server asks for it, tries again where that is safe, and gives either the
 * call's result or a {@link ProblemException}. A call that is not {@link Endpoint#repeatable()} is sent at most once.
 *
 * <p>Tries again after a network failure, 429 or 5xx, within the limits of {@link HttpLimits}. Safe for several threads.
 */
public final class HttpApi implements AutoCloseable {
    private final HttpSettings settings;
    private final Time time;
    private final DoubleSupplier random;
    private final Progress progress;
    private final Consumer<String> diagnosis;
    private final ApiProblems problems;
    private final Redaction redaction;
    private final RateGate gate;
    private @Nullable Transport transport;
    private volatile @Nullable Duration pollHint;
    private volatile @Nullable Duration clockDifference;

    /**
     * Opens nothing yet.
     *
     * @param random from 0 to 1, spreads the pauses between tries
     * @param diagnosis gets one line per try: method, path, status, duration, request id. Never a header or a body
     */
    public HttpApi(
            HttpSettings settings, Time time, DoubleSupplier random, Progress progress, Consumer<String> diagnosis) {
        this(settings, null, time, random, progress, diagnosis);
    }

    /** With another transport than the network's; null for that one, made when it is needed. */
    HttpApi(
            HttpSettings settings,
            @Nullable Transport transport,
            Time time,
            DoubleSupplier random,
            Progress progress,
            Consumer<String> diagnosis) {
        this.settings = settings;
        this.transport = transport;
        this.time = time;
        this.random = random;
        this.progress = progress;
        this.diagnosis = diagnosis;
        this.problems = new ApiProblems(settings);
        this.redaction = new Redaction(settings.key());
        this.gate = new RateGate(time);
    }

    /** The result of a call; throws {@link ProblemException} if there is none. */
    public <T> T call(Endpoint<T> endpoint) throws InterruptedException {
        Deadline deadline = Deadline.in(time, settings.limits().total());
        for (int tries = 1; ; tries++) {
            if (!gate.pass(deadline, progress)) {
                throw problems.limited(purpose(endpoint), gate.remaining());
            }
            Exchange exchange = send(endpoint, deadline);
            boolean last = tries == settings.limits().tries() || !endpoint.repeatable();
            if (exchange instanceof Exchange.Answered answered) {
                if (last || !isPassing(answered.answer().status())) {
                    return result(endpoint, answered.answer());
                }
            } else if (exchange instanceof Exchange.Failed failed) {
                if (last || failed.cause() instanceof AnswerTooLongException) {
                    return failure(endpoint, failed, tries);
                }
            }
            Duration pause = Backoff.after(tries, random.getAsDouble());
            if (pause.compareTo(deadline.remaining()) >= 0) {
                return exchange instanceof Exchange.Answered answered
                        ? result(endpoint, answered.answer())
                        : failure(endpoint, (Exchange.Failed) exchange, tries);
            }
            if (gate.remaining().isZero()) {
                progress.report("could not " + endpoint.action() + ", trying again in " + Math.max(1, pause.toSeconds())
                        + " s");
                time.sleep(pause);
            }
        }
    }

    /**
     * Waits for as long as the server has asked not to be asked, so that the next call leaves at once.
     *
     * @param action what is to follow, to stand behind "could not"
     */
    public void awaitTurn(String action) throws InterruptedException {
        if (!gate.pass(Deadline.in(time, settings.limits().total()), progress)) {
            throw problems.limited(new Purpose(action, "nothing was changed"), gate.remaining());
        }
    }

    /**
     * Reads server-sent events until the receiver has had enough, the stream has been silent for a while, the deadline
     * has passed or the connection ends. Connects once; the caller decides whether to connect again.
     *
     * @param action what is read, to follow "could not"
     * @param lastEventId the id after which the stream shall continue; null for its beginning
     * @param quiet how long silence may last
     * @param wantsMore gets each event; false ends the reading
     */
    public StreamEnd stream(
            ApiRequest request,
            String action,
            @Nullable String lastEventId,
            Duration quiet,
            Deadline deadline,
            Predicate<ServerEvent> wantsMore)
            throws InterruptedException {
        if (!gate.pass(deadline, progress)) {
            throw problems.limited(new Purpose(action, "nothing was changed"), gate.remaining());
        }
        Duration limit = deadline.remaining();
        if (limit.isZero()) {
            return StreamEnd.quiet();
        }
        try (Transport.EventStream stream = transport().open(request, lastEventId, quiet, limit)) {
            Optional<RawAnswer> refusal = stream.refusal();
            if (refusal.isPresent()) {
                gate.learn(refusal.get());
                ApiError error = ApiError.of(refusal.get(), redaction);
                if (!isPassing(error.status())) {
                    throw problems.refused(new Purpose(action, "nothing was changed"), error);
                }
                return StreamEnd.closed(error.text());
            }
            StreamEnd end = new EventReader(stream.body()).readInto(wantsMore);
            stream.abandon();
            return end;
        } catch (IOException e) {
            interruptIfAsked(e);
            return deadline.hasPassed() ? StreamEnd.quiet() : StreamEnd.closed(problems.reason(e));
        }
    }

    /**
     * How soon the server would like to be asked again, from its last answer; empty if it did not say. Only the local
     * cloud does ({@code X-Poll-After-Ms}).
     */
    public Optional<Duration> pollHint() {
        return Optional.ofNullable(pollHint);
    }

    /** How far the server's clock is ahead of this machine's, to a second or two; empty if it did not say. */
    public Optional<Duration> clockDifference() {
        return Optional.ofNullable(clockDifference);
    }

    /** The clock by which this API waits, for a caller that waits between its calls. */
    public Time time() {
        return time;
    }

    /** Loads and sets up what the first call needs, so that another thread can do it while the user's files are read. */
    public void warmUp() {
        transport();
        Json.parse("{}");
    }

    /** Ends what is under way and closes every connection. */
    @Override
    public synchronized void close() {
        if (transport != null) {
            transport.close();
        }
    }

    private synchronized Transport transport() {
        if (transport == null) {
            transport = new OkHttpTransport(settings);
        }
        return transport;
    }

    private Exchange send(Endpoint<?> endpoint, Deadline deadline) throws InterruptedException {
        Duration limit = settings.limits().perTry();
        Duration left = deadline.remaining();
        long start = time.nanoTime();
        Exchange exchange =
                transport().send(endpoint.request(), endpoint.repeatable(), left.compareTo(limit) < 0 ? left : limit);
        long millis = Duration.ofNanos(time.nanoTime() - start).toMillis();
        if (exchange instanceof Exchange.Answered answered) {
            RawAnswer answer = answered.answer();
            gate.learn(answer);
            pollHint = pollHint(answer);
            clockDifference = clockDifference(answer);
            diagnosis.accept(endpoint.request() + " -> " + answer.status() + " in " + millis + " ms"
                    + (answer.requestId() == null ? "" : ", request " + answer.requestId()));
        } else if (exchange instanceof Exchange.Failed failed) {
            diagnosis.accept(
                    endpoint.request() + " -> " + problems.reason(failed.cause()) + " after " + millis + " ms");
            interruptIfAsked(failed.cause());
        }
        return exchange;
    }

    private <T> T result(Endpoint<T> endpoint, RawAnswer answer) {
        if (!answer.isSuccess()) {
            ApiError error = ApiError.of(answer, redaction);
            if (!endpoint.repeatable() && (error.status() >= 500 || error.status() == 408)) {
                return endpoint.lost(error.text()).orElseThrow(() -> problems.refused(purpose(endpoint), error));
            }
            return endpoint.refused(error).orElseThrow(() -> problems.refused(purpose(endpoint), error));
        }
        try {
            return endpoint.read(answer.body().isEmpty() ? Json.nothing() : Json.parse(answer.body()));
        } catch (JsonException e) {
            String why = settings.service() + " answered status " + answer.status() + ", but " + unexpected(answer, e);
            if (endpoint.repeatable()) {
                throw problems.unreadable(purpose(endpoint), why, e);
            }
            return endpoint.lost(why).orElseThrow(() -> problems.unreadable(purpose(endpoint), why, e));
        }
    }

    private <T> T failure(Endpoint<T> endpoint, Exchange.Failed failed, int tries) {
        if (!endpoint.repeatable() && failed.maybeSent()) {
            return endpoint.lost(problems.reason(failed.cause()))
                    .orElseThrow(() -> problems.unreachable(purpose(endpoint), failed.cause(), tries));
        }
        throw problems.unreachable(purpose(endpoint), failed.cause(), tries);
    }

    private static Purpose purpose(Endpoint<?> endpoint) {
        return new Purpose(endpoint.action(), endpoint.left());
    }

    /** Shows the start of what is no JSON at all; JSON may hold the user's variables and is not shown. */
    private String unexpected(RawAnswer answer, JsonException cause) {
        String body = answer.body().stripLeading();
        boolean json = body.startsWith("{") || body.startsWith("[");
        String request = answer.requestId() == null ? "" : " (request " + answer.requestId() + ")";
        return json
                ? cause.getMessage() + request
                : "with " + answer.contentType() + " instead of JSON: " + redaction.clean(body, 120) + request;
    }

    /** True for answers that may be different next time. */
    private static boolean isPassing(int status) {
        return status == 429 || status == 408 || status >= 500;
    }

    private static @Nullable Duration pollHint(RawAnswer answer) {
        String value = answer.pollAfterMillis();
        return value != null && value.matches("\\d{1,6}") ? Duration.ofMillis(Long.parseLong(value)) : null;
    }

    private @Nullable Duration clockDifference(RawAnswer answer) {
        if (answer.date() == null) {
            return null;
        }
        try {
            Instant date = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(answer.date()));
            return Duration.between(time.now(), date);
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static void interruptIfAsked(IOException cause) throws InterruptedException {
        if (Thread.interrupted()) {
            InterruptedException interrupted = new InterruptedException("interrupted while waiting for an answer");
            interrupted.initCause(cause);
            throw interrupted;
        }
    }
}
