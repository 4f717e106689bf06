package dev.podtrain.endtoend;

import dev.podtrain.base.SystemTime;
import dev.podtrain.base.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's clock, which can be put forward; long waits do that instead of taking long. */
class LeapingTime implements Time {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final Time real = new SystemTime();
    private final AtomicLong leapt = new AtomicLong();

    @Override
    public Instant now() {
        return real.now();
    }

    @Override
    public long nanoTime() {
        return real.nanoTime() + leapt.get();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (duration.compareTo(LONG) < 0) {
            real.sleep(duration);
        } else {
            leap(duration);
        }
    }

    final void leap(Duration duration) {
        leapt.addAndGet(duration.toNanos());
    }
}
