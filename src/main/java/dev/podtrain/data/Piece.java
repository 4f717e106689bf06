package dev.podtrain.data;

import java.util.List;

/** What a connection does at a time, and what it is answered for. */
sealed interface Piece {
    /**
     * Small files, one after the other.
     *
     * @param again whether they have been sent before and were changed while that was done
     */
    record Batch(List<LocalItem> items, boolean again) implements Piece {}

    /** Asks which ranges of a large file are there. */
    record Begin(LargeFile file) implements Piece {}

    /** A part of a large file. */
    record Range(LargeFile file, long offset, long length) implements Piece {}

    /** Gives a large file its name. */
    record Finish(LargeFile file) implements Piece {}

    /** Forgets a large file that changed while it was sent. */
    record Abandon(LargeFile file) implements Piece {}
}
