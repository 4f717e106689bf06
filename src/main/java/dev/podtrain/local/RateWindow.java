package dev.podtrain.local;

import dev.podtrain.base.Time;

/**
 * Counts the requests of the running minute and writes the provider's rate headers. The quota is far above what the
 * poll hint of the local cloud leads to; being limited is a fault that is asked for.
 */
final class RateWindow {
    private static final long QUOTA = 60_000;
    private static final long SECONDS = 60;

    private final Time time;
    private long window;
    private long used;

    RateWindow(Time time) {
        this.time = time;
    }

    synchronized void count() {
        long current = time.now().getEpochSecond() / SECONDS;
        if (current != window) {
            window = current;
            used = 0;
        }
        used++;
    }

    synchronized String remaining() {
        long reset = SECONDS - time.now().getEpochSecond() % SECONDS;
        return "\"minute\";r=%d;t=%d".formatted(Math.max(0, QUOTA - used), reset);
    }

    String policy() {
        return "\"minute\";q=%d;w=%d".formatted(QUOTA, SECONDS);
    }

    static String exhausted(int seconds) {
        return "\"minute\";r=0;t=" + seconds;
    }
}
