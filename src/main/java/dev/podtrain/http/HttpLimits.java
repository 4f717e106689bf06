package dev.podtrain.http;

import java.time.Duration;

/**
 * What one call may take.
 *
 * @param perTry from the first byte of a request to the last of its answer
 * @param total all tries and the pauses between them
 * @param tries at least 1
 * @param answerBytes longer answers are refused unread
 */
public record HttpLimits(Duration perTry, Duration total, int tries, int answerBytes) {
    public HttpLimits {
        if (tries < 1 || answerBytes < 1 || perTry.isNegative() || perTry.isZero() || total.isNegative()) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    /** For everything a run depends on: rides out a minute of rate limiting and a short outage. */
    public static HttpLimits patient() {
        return new HttpLimits(Duration.ofSeconds(30), Duration.ofMinutes(3), 6, 10_000_000);
    }

    /** For what is nice to know and nobody waits for. */
    public static HttpLimits brief() {
        return new HttpLimits(Duration.ofSeconds(5), Duration.ofSeconds(5), 1, 1_000_000);
    }

    /** For somebody who waits for the answer and would rather know at once that there is none. */
    public static HttpLimits impatient() {
        return new HttpLimits(Duration.ofSeconds(10), Duration.ofSeconds(10), 1, 10_000_000);
    }
}
