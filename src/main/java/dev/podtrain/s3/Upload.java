package dev.podtrain.s3;

import dev.podtrain.s3.S3Volume.Source;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Puts one object, in one request or in parts, and sees it there. */
final class Upload {
    static final String PARTS_LEFT =
            "nothing of it is visible; parts that arrived take up space on the volume and are used when it is put again";

    private static final int LOOKS = 6;

    private final S3Requests requests;
    private final UploadLimits limits;
    private final String key;
    private final Source source;
    private final long size;
    private final LongConsumer bytesSent;
    private final String action;

    Upload(S3Requests requests, UploadLimits limits, String key, Source source, long size, LongConsumer bytesSent) {
        this.requests = requests;
        this.limits = limits;
        this.key = key;
        this.source = source;
        this.size = size;
        Object oneAtATime = new Object();
        this.bytesSent = count -> {
            synchronized (oneAtATime) {
                bytesSent.accept(count);
            }
        };
        this.action = "put " + key + " on the volume";
    }

    /** Gives the object as the volume shows it. */
    S3Object run() throws InterruptedException {
        if (size < limits.partSize()) {
            putWhole();
            return awaitVisible(null);
        }
        S3Object before = requests.head(key, S3Problems.NOTHING_LEFT).orElse(null);
        try (PartUpload parts = new PartUpload(requests, limits, key, source, size, bytesSent)) {
            parts.send();
            boolean answered = complete(parts, before);
            return awaitVisible(answered ? null : before);
        }
    }

    private void putWhole() throws InterruptedException {
        try (Content content = new Content(source, 0, size, bytesSent)) {
            requests.send(
                    action,
                    "an object of that name is as it was",
                    client -> client.putObject(
                            request -> request.bucket(requests.bucket()).key(key), content.body()));
        }
    }

    /**
     * Puts the parts together. For big objects the answer may be lost to a time-out although the service goes on and
     * succeeds, so then the object decides.
     *
     * @return whether the service said that it is done
     */
    private boolean complete(PartUpload parts, @Nullable S3Object before) throws InterruptedException {
        Duration limit = limits.completion(size);
        for (int failures = 1; ; failures++) {
            try {
                parts.complete(limit);
                return true;
            } catch (S3Failure failure) {
                if (failure.uploadIsMissing() || isReplaced(before)) {
                    return false;
                }
                if (failures >= Math.min(UploadLimits.COMPLETION_TRIES, failure.tries())) {
                    throw requests.problems().failed(action, PARTS_LEFT, failure, failures);
                }
                requests.pause(failures, failure);
                limit = limit.multipliedBy(2);
            }
        }
    }

    private boolean isReplaced(@Nullable S3Object before) throws InterruptedException {
        return requests.head(key, PARTS_LEFT).filter(now -> isNew(now, before)).isPresent();
    }

    private boolean isNew(S3Object now, @Nullable S3Object before) {
        return now.size() == size && !now.equals(before);
    }

    /**
     * Waits until the volume shows the object: users of runpodctl saw uploads that were reported as done and then not found.
     *
     * @param before what must have been replaced; null where the service said that it has
     */
    private S3Object awaitVisible(@Nullable S3Object before) throws InterruptedException {
        for (int look = 1; ; look++) {
            Optional<S3Object> now = requests.head(key, PARTS_LEFT);
            Optional<S3Object> ours = now.filter(there -> isNew(there, before));
            if (ours.isPresent()) {
                return ours.get();
            }
            if (look == LOOKS) {
                throw S3Problems.problem(
                        action,
                        "the S3 service took it, but the volume shows "
                                + now.map(there -> "an object of " + there.size() + " instead of " + size + " bytes")
                                        .orElse("no such object"),
                        "run it again; if that does not help, copy it through a pod",
                        "perhaps an object of that name that is not whole");
            }
            requests.waitToLookAgain(look);
        }
    }
}
