package dev.podtrain.base;

import java.time.Duration;
import java.time.Instant;

/** A clock that stands still until somebody sleeps or a test moves it. */
public final class FakeTime implements Time {
    private Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private long nanos;

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized void sleep(Duration duration) {
        advance(duration);
    }

    public synchronized void advance(Duration duration) {
        now = now.plus(duration);
        nanos += duration.toNanos();
    }
}
