package dev.podtrain.data;

import java.util.List;

/** What a connection fetches at a time. */
sealed interface Parcel {
    /** Small files, one after the other. */
    record Batch(List<RemoteItem> items) implements Parcel {}

    /** A part of a large file. */
    record Range(PartFile file, long offset, long length) implements Parcel {}
}
