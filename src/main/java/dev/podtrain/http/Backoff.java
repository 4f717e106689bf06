package dev.podtrain.http;

import java.time.Duration;

/** How long to wait before the next try: 1 s, 2 s, 4 s … 30 s, of which the random half keeps clients apart. */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Backoff() {}

    /**
     * The pause after a failed try.
     *
     * @param failures how many tries have failed, from 1
     * @param random from 0 to 1; the pause is between half of the full one and all of it
     */
    static Duration after(int failures, double random) {
        long full = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(failures - 1, 10));
        return Duration.ofMillis(Math.round(full * (0.5 + random / 2)));
    }
}
