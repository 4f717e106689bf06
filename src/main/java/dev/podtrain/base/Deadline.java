package dev.podtrain.base;

import java.time.Duration;

/** The end of the time one step may take, and what it is waiting for. */
public final class Deadline {
    private final Time time;
    private final long endNanos;
    private final Duration limit;

    private Deadline(Time time, Duration limit) {
        this.time = time;
        this.limit = limit;
        this.endNanos = time.nanoTime() + limit.toNanos();
    }

    public static Deadline in(Time time, Duration limit) {
        return new Deadline(time, limit);
    }

    /** What is left; zero, never negative, once it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, endNanos - time.nanoTime()));
    }

    public boolean hasPassed() {
        return endNanos - time.nanoTime() <= 0;
    }

    /** The whole span this deadline was made with, for messages. */
    public Duration limit() {
        return limit;
    }

    /** Waits for the given pause or until the deadline, whichever is sooner. */
    public void pause(Duration pause) throws InterruptedException {
        Duration left = remaining();
        time.sleep(pause.compareTo(left) < 0 ? pause : left);
    }
}
