package dev.podtrain.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class BackoffTest {
    @Test
    void doublesUpToHalfAMinute() {
        assertThat(IntStream.rangeClosed(1, 8).mapToObj(failures -> Backoff.after(failures, 1)))
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
    }

    @Property(tries = 200)
    void chanceTakesAwayHalfAtMost(
            @ForAll @IntRange(min = 1, max = Integer.MAX_VALUE) int failures,
            @ForAll @DoubleRange(min = 0, max = 1) double random) {
        assertThat(Backoff.after(failures, random))
                .isBetween(Duration.ofMillis(500), Duration.ofSeconds(30))
                .isLessThanOrEqualTo(Backoff.after(failures, 1))
                .isGreaterThanOrEqualTo(Backoff.after(failures, 1).dividedBy(2));
    }
}
