package dev.podtrain.data;

import java.time.Duration;
import java.util.List;

/**
 * What a transfer came to.
 *
 * @param files whose content travelled
 * @param bytes of those contents
 * @param unchanged files that were there already
 * @param deleted files, links and folders on the receiving side
 * @param omissions what could not be transferred; everything else was
 * @param took from the comparison on
 */
public record TransferReport(
        int files, long bytes, int unchanged, int deleted, List<Omission> omissions, Duration took) {
    public TransferReport {
        omissions = List.copyOf(omissions);
    }

    /** A path that was left out, and why. */
    public record Omission(String path, String reason) {}

    public boolean isComplete() {
        return omissions.isEmpty();
    }
}
