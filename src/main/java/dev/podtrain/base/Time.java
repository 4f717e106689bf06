package dev.podtrain.base;

import java.time.Duration;
import java.time.Instant;

/** The only source of time and the only way to wait, so that tests move the clock instead of sleeping. */
public interface Time {
    Instant now();

    /** For measuring spans: does not jump with the wall clock. */
    long nanoTime();

    void sleep(Duration duration) throws InterruptedException;
}
