package dev.podtrain.endtoend;

import dev.podtrain.base.SystemTime;
import dev.podtrain.base.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** The machine's clock, but for a while a wait takes ten seconds more than it really does: so limits pass at once. */
final class HurriedTime implements Time {
    private static final Duration LEAP = Duration.ofSeconds(10);

    private final Time real = new SystemTime();
    private final BooleanSupplier isInAHurry;
    private final AtomicLong leapt = new AtomicLong();

    HurriedTime(BooleanSupplier isInAHurry) {
        this.isInAHurry = isInAHurry;
    }

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
        real.sleep(duration);
        if (isInAHurry.getAsBoolean()) {
            leapt.addAndGet(LEAP.toNanos());
        }
    }
}
