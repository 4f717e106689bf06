package dev.podtrain.s3;

import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * One network volume over the provider's S3 API. Nothing is opened before the first request; then it may be used by
 * several threads at once. Every request is repeated after failures that pass; what stops an operation for good is a
 * {@link dev.podtrain.base.ProblemException}. An interrupt ends the requests of the interrupted call at once.
 *
 * <p>The facts about the service are from the provider's page "S3-compatible API" (2026-08) and reports of its users.
 */
public final class S3Volume implements AutoCloseable {
    /**
     * What can be put: read from any place, and again after a failure, by up to {@link UploadLimits#parallel} threads
     * at once.
     */
    public interface Source {
        /** Opens the part that begins at an offset. At least {@code length} bytes must come; the caller closes it. */
        InputStream open(long offset, long length) throws IOException;
    }

    private final S3Requests requests;
    private final UploadLimits limits;

    public S3Volume(S3Access access, Time time, Progress progress) {
        this(access, time, progress, UploadLimits.usual());
    }

    S3Volume(S3Access access, Time time, Progress progress, UploadLimits limits) {
        this.requests = new S3Requests(access, time, progress);
        this.limits = limits;
    }

    /**
     * Names every object whose key starts with the prefix, directories included (keys that end in a slash), in the
     * order of the keys. The first listing of a big volume can take minutes.
     *
     * @param each called by this thread
     */
    public void list(String prefix, Consumer<S3Object> each) throws InterruptedException {
        new Listing(requests).list(prefix, each);
    }

    /** What the volume says of the object; empty if there is none. */
    public Optional<S3Object> head(String key) throws InterruptedException {
        return requests.head(key, S3Problems.NOTHING_LEFT);
    }

    /**
     * Puts an object in place of the one with that key, if there is one, and returns when the volume shows it with its
     * full size. It appears whole or not at all. A big object goes in parts; those that an earlier try of the same
     * content left there are not sent again.
     *
     * @param bytesSent told each further number of bytes that are on their way or were there already, by several
     *     threads but one at a time; the sum is {@code size} at the end, whatever had to be sent twice
     * @return what the volume says of it
     * @throws java.io.UncheckedIOException if the source cannot be read or ends early ({@link java.io.EOFException})
     */
    public S3Object put(String key, Source source, long size, LongConsumer bytesSent) throws InterruptedException {
        return new Upload(requests, limits, key, source, size, bytesSent).run();
    }

    /**
     * Copies a part of an object, going on where it was if the connection breaks.
     *
     * @param out is not closed; holds the beginning after a failure
     * @throws dev.podtrain.base.ProblemException also if the object ends before {@code offset + length}, is not there,
     *     or was replaced meanwhile
     * @throws java.io.UncheckedIOException if {@code out} cannot be written
     */
    public void get(String key, long offset, long length, OutputStream out) throws InterruptedException {
        new Download(requests, key, offset, length, out).run();
    }

    /** Whether the service refused one object, and others may well be put. */
    public static boolean refusesOneObject(ProblemException problem) {
        return problem.getCause() instanceof S3Failure failure && failure.isAboutOneObject();
    }

    /** Deletes one object. Nothing happens if it is not there. */
    public void delete(String key) throws InterruptedException {
        requests.send("delete " + key + " on the volume", S3Problems.NOTHING_LEFT, client -> {
            client.deleteObject(request -> request.bucket(requests.bucket()).key(key));
            return key;
        });
    }

    /** Closes every connection; operations that are under way in other threads fail. */
    @Override
    public void close() {
        requests.close();
    }
}
