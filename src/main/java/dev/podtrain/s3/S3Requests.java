package dev.podtrain.s3;

import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Sends requests to one volume: interruptible, and again after failures that pass. */
final class S3Requests implements AutoCloseable {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

    /** A cancelled request ends at once, except while a name is looked up. */
    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(2);

    private final S3Access access;
    private final Time time;
    private final Progress progress;
    private final S3Problems problems;
    private final ExecutorService workers = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "s3");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable S3Client client;
    private @Nullable S3Client patientClient;
    private volatile boolean closed;

    S3Requests(S3Access access, Time time, Progress progress) {
        this.access = access;
        this.time = time;
        this.progress = progress;
        this.problems = new S3Problems(access);
    }

    /** One request through the library, answer included. */
    interface Request<T> {
        T send(S3Client client) throws IOException;
    }

    String bucket() {
        return access.bucket();
    }

    S3Problems problems() {
        return problems;
    }

    /** Where pieces of one operation may run at the same time. */
    ExecutorService workers() {
        return workers;
    }

    /**
     * Sends a request that may be repeated until it is answered.
     *
     * @param action for the problem: {@code could not <action>}
     * @param left for the problem: what is left behind
     * @throws ProblemException if it is refused, or fails too often
     * @throws UncheckedIOException if the caller's source or sink failed
     */
    <T> T send(String action, String left, Request<T> request) throws InterruptedException {
        for (int failures = 1; ; failures++) {
            try {
                return attempt(request);
            } catch (S3Failure failure) {
                if (failures >= failure.tries()) {
                    throw problems.failed(action, left, failure, failures);
                }
                pause(failures, failure);
            }
        }
    }

    /** Waits for the volume to show what the service says is there. */
    void waitToLookAgain(int looks) throws InterruptedException {
        time.sleep(pauseAfter(looks));
    }

    private static Duration pauseAfter(int failures) {
        return Duration.ofSeconds(Math.min(LONGEST_PAUSE.toSeconds(), 1L << Math.min(failures - 1, 10)));
    }

    /** Waits before the next try: 1 s, 2 s, 4 s … 20 s, or as long as the service asked for. */
    void pause(int failures, S3Failure failure) throws InterruptedException {
        Duration pause = pauseAfter(failures);
        if (failure.retryAfter() != null && failure.retryAfter().compareTo(pause) > 0) {
            pause = failure.retryAfter();
        }
        progress.report("the S3 service: " + failure.text() + "; trying again in " + pause.toSeconds() + " s (try "
                + (failures + 1) + " of " + Math.max(failures + 1, failure.tries()) + ")");
        time.sleep(pause);
    }

    /** Sends a request once. It runs in a thread of its own, so that an interrupt of this one can end it. */
    <T> T attempt(Request<T> request) throws S3Failure, InterruptedException {
        return attempt(client(), request);
    }

    /** Sends a request once for which the service may work silently as long as the request itself allows. */
    <T> T attemptPatiently(Request<T> request) throws S3Failure, InterruptedException {
        return attempt(patientClient(), request);
    }

    private <T> T attempt(S3Client opened, Request<T> request) throws S3Failure, InterruptedException {
        CancellableHttpClient.Cancellation cancellation = new CancellableHttpClient.Cancellation();
        Future<T> answer = workers.submit(() -> CancellableHttpClient.call(cancellation, () -> request.send(opened)));
        try {
            return answer.get();
        } catch (InterruptedException interrupt) {
            cancellation.cancel();
            awaitEnd(answer);
            throw interrupt;
        } catch (ExecutionException failure) {
            throw failureOf(failure.getCause());
        }
    }

    /** So that the caller's source and sink are not used after the interrupt. */
    private static void awaitEnd(Future<?> answer) throws InterruptedException {
        try {
            answer.get(CANCEL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException ended) {
            return;
        }
    }

    private S3Failure failureOf(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CallerIoException callers) {
                throw callers;
            }
        }
        if (closed) {
            throw new IllegalStateException("the volume was closed while it was used", failure);
        }
        if (failure instanceof SdkException sdk) {
            return S3Failure.of(sdk);
        }
        if (failure instanceof IOException broken) {
            return S3Failure.of(broken);
        }
        if (failure instanceof ProblemException problem) {
            throw problem;
        }
        throw new IllegalStateException("an S3 request failed", failure);
    }

    private synchronized S3Client client() {
        S3Client opened = client;
        if (opened == null) {
            opened = open(S3Connection.LONGEST_SILENCE);
            client = opened;
        }
        return opened;
    }

    private synchronized S3Client patientClient() {
        S3Client opened = patientClient;
        if (opened == null) {
            opened = open(S3Connection.UNLIMITED_SILENCE);
            patientClient = opened;
        }
        return opened;
    }

    private S3Client open(Duration silence) {
        if (closed) {
            throw new IllegalStateException("the volume is closed");
        }
        return S3Connection.open(access, silence);
    }

    /** What the volume says of an object; empty if there is none. */
    Optional<S3Object> head(String key, String left) throws InterruptedException {
        return send("look at " + key + " on the volume", left, opened -> {
            try {
                HeadObjectResponse answer = opened.headObject(request -> request.bucket(bucket())
                        .key(key)
                        .overrideConfiguration(S3Connection.limit(S3Connection.SHORT_LIMIT)));
                return Optional.of(new S3Object(
                        key, answer.contentLength(), plain(answer.eTag()), instant(answer.lastModified())));
            } catch (SdkException failure) {
                if (S3Failure.of(failure).isMissing()) {
                    return Optional.empty();
                }
                throw failure;
            }
        });
    }

    /** An ETag without its quotes. */
    static @Nullable String plain(@Nullable String etag) {
        return etag == null ? null : etag.replace("\"", "");
    }

    /** The service may leave it out. */
    static Instant instant(@Nullable Instant lastModified) {
        return lastModified == null ? Instant.EPOCH : lastModified;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.close();
        }
        if (patientClient != null) {
            patientClient.close();
        }
        workers.shutdown();
    }
}
