package dev.podtrain.data;

import dev.podtrain.base.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what moves. Connections count from their threads; the totals and the rate belong to the thread that reports.
 */
final class Meter {
    private static final Duration WINDOW = Duration.ofSeconds(8);

    private final Time time;
    private final long startNanos;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong resumed = new AtomicLong();
    private final AtomicInteger files = new AtomicInteger();
    private final AtomicInteger filesBefore = new AtomicInteger();
    private final AtomicLong bytesBefore = new AtomicLong();
    private final Deque<Sample> samples = new ArrayDeque<>();
    private volatile String current = "";
    private boolean begun;
    private long totalBytes;
    private int totalFiles;

    private record Sample(long nanos, long bytes) {}

    Meter(Time time) {
        this.time = time;
        this.startNanos = time.nanoTime();
    }

    /** Begins, or begins again after a broken connection: what is counted before stays in the sums. */
    void begin(long bytesToMove, int filesToMove) {
        bytesBefore.addAndGet(bytes.getAndSet(0));
        filesBefore.addAndGet(files.getAndSet(0));
        resumed.set(0);
        begun = true;
        totalBytes = bytesToMove;
        totalFiles = filesToMove;
        samples.clear();
    }

    /** Whether the two sides have been compared, in this try or an earlier one. */
    boolean hasBegun() {
        return begun;
    }

    void began(String path) {
        current = path;
    }

    void moved(long count) {
        bytes.addAndGet(count);
    }

    /** Bytes that an earlier transfer left on the other side. */
    void found(long count) {
        resumed.addAndGet(count);
    }

    void filesDone(int count) {
        files.addAndGet(count);
    }

    int filesInAll() {
        return filesBefore.get() + files.get();
    }

    long bytesInAll() {
        return bytesBefore.get() + bytes.get();
    }

    long bytesLeft() {
        return Math.max(0, totalBytes - bytes.get() - resumed.get());
    }

    Duration elapsed() {
        return Duration.ofNanos(time.nanoTime() - startNanos);
    }

    TransferListener.Movement movement() {
        long now = time.nanoTime();
        long moved = bytes.get();
        samples.addLast(new Sample(now, moved));
        while (samples.size() > 2 && now - samples.getFirst().nanos > WINDOW.toNanos()) {
            samples.removeFirst();
        }
        long there = Math.min(totalBytes, moved + resumed.get());
        return new TransferListener.Movement(there, totalBytes, files.get(), totalFiles, rate(), current);
    }

    /** Bytes per second between the oldest and the newest sample. */
    double rate() {
        if (samples.size() < 2) {
            return 0;
        }
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        return (last.bytes - first.bytes) * 1e9 / Math.max(1, last.nanos - first.nanos);
    }
}
