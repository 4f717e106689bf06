package dev.podtrain.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A file that travels in ranges, over several connections at once. */
final class LargeFile {
    /** Files above this size are large: smaller ones are held in memory whole while they are sent. */
    static final long THRESHOLD = 4L * 1024 * 1024;

    /** Small enough that the last ones, on the slowest connection, do not hold up the end for long. */
    static final long RANGE = 8L * 1024 * 1024;

    private final LocalItem item;
    private final AtomicInteger left = new AtomicInteger();
    private volatile @Nullable String trouble;

    LargeFile(LocalItem item) {
        this.item = item;
    }

    LocalItem item() {
        return item;
    }

    Entry entry() {
        return item.entry();
    }

    /** The ranges to send where those are there already; they count as left from now on. */
    List<Piece.Range> missing(List<long[]> there) {
        List<Piece.Range> ranges = new ArrayList<>();
        for (long[] gap : gaps(there, entry().size())) {
            for (long offset = gap[0]; offset < gap[1]; offset += RANGE) {
                ranges.add(new Piece.Range(this, offset, Math.min(RANGE, gap[1] - offset)));
            }
        }
        left.set(ranges.size());
        return ranges;
    }

    /** What the given ranges, each a start and a length, leave uncovered of a file, as starts and ends. */
    static List<long[]> gaps(List<long[]> there, long size) {
        List<long[]> gaps = new ArrayList<>();
        List<long[]> sorted = new ArrayList<>(there);
        sorted.sort(Comparator.comparingLong(range -> range[0]));
        long end = 0;
        for (long[] range : sorted) {
            if (range[0] > end) {
                gaps.add(new long[] {end, range[0]});
            }
            end = Math.max(end, range[0] + range[1]);
        }
        if (end < size) {
            gaps.add(new long[] {end, size});
        }
        return gaps;
    }

    /** Whether that was the last range. */
    boolean rangeDone() {
        return left.decrementAndGet() == 0;
    }

    /** It cannot be transferred; the first reason counts. */
    synchronized void fail(String reason) {
        if (trouble == null) {
            trouble = reason;
        }
    }

    @Nullable
    String trouble() {
        return trouble;
    }
}
