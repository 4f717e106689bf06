package dev.podtrain.s3;

import java.time.Duration;

/**
 * How objects are cut and how patient an upload is. The figures are those of the provider's own helper script.
 *
 * @param partSize bytes; smaller objects are put in one request
 * @param parallel parts on their way at once
 * @param completionBase how long putting the parts together may take, at the first try; each further try has twice that
 * @param completionPerGb for big objects: takes the place of the base where it is more
 */
record UploadLimits(long partSize, int parallel, Duration completionBase, Duration completionPerGb) {
    static final int COMPLETION_TRIES = 5;

    private static final long PART_SIZE = 50_000_000;
    private static final int PARALLEL = 4;

    /** Of S3 itself: more parts cannot be put together. */
    private static final int MOST_PARTS = 10_000;

    private static final long GB = 1_000_000_000;

    static UploadLimits usual() {
        return new UploadLimits(PART_SIZE, PARALLEL, Duration.ofSeconds(60), Duration.ofSeconds(5));
    }

    /** The usual part size, or a bigger one where there would be too many. 500 MB, the most allowed, is for 5 TB. */
    long partSizeFor(long size) {
        return Math.max(partSize, (size + MOST_PARTS - 1) / MOST_PARTS);
    }

    Duration completion(long size) {
        Duration bySize = completionPerGb.multipliedBy(size / GB);
        return bySize.compareTo(completionBase) > 0 ? bySize : completionBase;
    }
}
