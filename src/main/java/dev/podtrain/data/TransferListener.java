package dev.podtrain.data;

import dev.podtrain.base.Progress;
import java.util.List;

/**
 * Hears how a transfer goes. {@code compared} and {@code moved} are called by the thread that asked for it, messages may
 * come from others as well.
 */
public interface TransferListener extends Progress {
    /**
     * What differs; called before anything is changed, once.
     *
     * @return whether to go on
     */
    boolean compared(Comparison comparison);

    /** How far it is; a few times a second. */
    void moved(Movement movement);

    /**
     * What is to be done.
     *
     * @param files whose content has to travel
     * @param bytes of those contents
     * @param unchanged files that are there already
     * @param extras what is on the receiving side only, and is to be deleted; empty unless that was asked for
     */
    record Comparison(int files, long bytes, int unchanged, List<String> extras) {
        public Comparison {
            extras = List.copyOf(extras);
        }
    }

    /**
     * How far a transfer is.
     *
     * @param bytes that have arrived or are on their way, of {@code totalBytes}
     * @param files that have arrived, of {@code totalFiles}
     * @param bytesPerSecond over the last seconds
     * @param current the file that was last begun; empty before the first one
     */
    record Movement(long bytes, long totalBytes, int files, int totalFiles, double bytesPerSecond, String current) {}
}
