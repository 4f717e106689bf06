package dev.podtrain.ssh;

/** Why following a file ended. */
public sealed interface FollowEnd {
    /**
     * The writer is gone and every byte was delivered.
     *
     * @param offset the size of the file
     */
    record Complete(long offset) implements FollowEnd {}

    /**
     * There was no connection any more; following can go on later.
     *
     * @param offset of the next byte to be delivered
     */
    record GaveUp(long offset) implements FollowEnd {}

    /** The connections worked, but up to the last one there was no such file. */
    record FileMissing() implements FollowEnd {}

    /**
     * The file is not the one whose beginning was delivered: it is shorter than that.
     *
     * @param offset up to which bytes were delivered, or the one asked for
     * @param size of the file as it is now
     */
    record Shorter(long offset, long size) implements FollowEnd {}
}
