package dev.podtrain.cli;

import dev.podtrain.base.Progress;

/** What the command line can ask for about the local cloud; each stops with a {@code ProblemException} if it cannot. */
public interface LocalCloudOperations {
    /** Starts it unless it runs, and waits until it answers. */
    LocalStatus up(Progress progress) throws InterruptedException;

    /** Ends it and its pods; what is on volumes stays. Doing it twice is safe. */
    LocalStatus down(Progress progress) throws InterruptedException;

    LocalStatus status();

    /** Ends it and deletes everything it holds: pods and volumes with the checkpoints on them. */
    void reset(Progress progress) throws InterruptedException;
}
