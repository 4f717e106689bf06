package dev.podtrain.s3;

import dev.podtrain.base.ProblemException;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Copies a part of one object, over as many connections as it takes. */
final class Download {
    private static final int BUFFER = 1 << 16;

    private final S3Requests requests;
    private final String key;
    private final long end;
    private final OutputStream out;
    private final String action;

    /** The next byte to ask for; moved by the thread of a request, which has ended when another one looks. */
    private long next;

    private @Nullable String etag;

    Download(S3Requests requests, String key, long offset, long length, OutputStream out) {
        this.requests = requests;
        this.key = key;
        this.next = offset;
        this.end = offset + length;
        this.out = out;
        this.action = "read " + key + " from the volume";
    }

    void run() throws InterruptedException {
        int failures = 0;
        while (next < end) {
            long from = next;
            try {
                requests.attempt(client -> {
                    try (ResponseInputStream<GetObjectResponse> in = client.getObject(request ->
                            request.bucket(requests.bucket()).key(key).range("bytes=" + from + "-" + (end - 1)))) {
                        copy(in);
                    }
                    return key;
                });
            } catch (S3Failure failure) {
                failures = next > from ? 1 : failures + 1;
                if (failures >= failure.tries()) {
                    throw requests.problems().failed(action, "the beginning that arrived", failure, failures);
                }
                requests.pause(failures, failure);
            }
        }
    }

    private void copy(ResponseInputStream<GetObjectResponse> in) throws IOException {
        check(in.response());
        byte[] buffer = new byte[BUFFER];
        while (next < end) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, end - next));
            if (count < 0) {
                // Users saw answers that end early with status 200.
                throw new EOFException("the answer ended " + (end - next) + " bytes early");
            }
            try {
                out.write(buffer, 0, count);
            } catch (IOException failure) {
                in.abort();
                throw new CallerIoException(failure);
            }
            next += count;
        }
    }

    private void check(GetObjectResponse answer) {
        String now = answer.eTag();
        if (etag != null && !Objects.equals(etag, now)) {
            throw stopped("it was replaced while it was read", "run it again");
        }
        etag = now;
        String range = answer.contentRange();
        boolean starts = range == null ? next == 0 : range.startsWith("bytes " + next + "-");
        if (!starts) {
            throw stopped("the S3 service answered with another part than was asked for: " + range, "run it again");
        }
        if (range != null && range.matches(".*/\\d{1,18}")) {
            long size = Long.parseLong(range.substring(range.lastIndexOf('/') + 1));
            if (size < end) {
                throw stopped("it has only " + size + " bytes", "list the volume again");
            }
        }
    }

    private ProblemException stopped(String why, String next) {
        return S3Problems.problem(action, why, next, "the beginning that arrived");
    }
}
