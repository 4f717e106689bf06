package dev.podtrain.local;

import dev.podtrain.base.SystemTime;
import dev.podtrain.base.Time;
import java.time.Duration;
import java.time.Instant;

/** The machine's clock, which a test can put forward; waiting takes the time it takes. */
final class ShiftedTime implements Time {
    private final Time real = new SystemTime();
    private volatile Duration shift = Duration.ZERO;

    void advance(Duration by) {
        shift = shift.plus(by);
    }

    @Override
    public Instant now() {
        return real.now().plus(shift);
    }

    @Override
    public long nanoTime() {
        return real.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        real.sleep(duration);
    }
}
