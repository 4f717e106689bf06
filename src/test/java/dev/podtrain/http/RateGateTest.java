package dev.podtrain.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.FakeTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RateGateTest {
    private final FakeTime time = new FakeTime();
    private final RateGate gate = new RateGate(time);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"minute\";r=0;t=12, \"hour\";r=2800;t=1812       | 12",
                "\"minute\";r=0;t=12, \"hour\";r=0;t=1812          | 1812",
                "\"minute\"; r=0; t=5                              | 5",
                "\"minute\";r=1;t=12                               | 0",
                "\"minute\";r=0;t=999999999                        | 86400",
                "\"minute\";r=0;t=99999999999999999999             | 0",
                "rubbish                                           | 0",
            })
    void waitsForTheUsedUpWindowThatOpensLast(String header, long seconds) {
        gate.learn(answer(200, header, null));

        assertThat(gate.remaining()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "'Mon, 23 Nov 2026 12:00:30 GMT', 30", "'Mon, 23 Nov 2026 11:00:00 GMT', 0", "soon, 0", "-5, 0"
    })
    void understandsBothFormsOfRetryAfter(String header, long seconds) {
        gate.learn(answer(429, "", header));

        assertThat(gate.remaining()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 404, 500})
    void retryAfterCountsOnlyOnARefusalForLoad(int status) {
        gate.learn(answer(status, "", "7"));

        assertThat(gate.remaining()).isZero();
    }

    @Test
    void aLaterAnswerDoesNotOpenTheGateEarlier() {
        gate.learn(answer(429, "", "60"));
        gate.learn(answer(200, "\"minute\";r=0;t=5", null));

        assertThat(gate.remaining()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void doesNotWaitBeyondTheDeadline() throws InterruptedException {
        gate.learn(answer(429, "", "60"));

        assertThat(gate.pass(Deadline.in(time, Duration.ofSeconds(59)), new SilentProgress()))
                .isFalse();
        assertThat(time.nanoTime()).isZero();
    }

    @Test
    void opensWhenTheTimeIsUp() throws InterruptedException {
        gate.learn(answer(429, "", "60"));

        assertThat(gate.pass(Deadline.in(time, Duration.ofSeconds(61)), new SilentProgress()))
                .isTrue();
        assertThat(time.nanoTime()).isEqualTo(Duration.ofSeconds(60).toNanos());
        assertThat(gate.remaining()).isZero();
    }

    private static RawAnswer answer(int status, String rateLimit, @Nullable String retryAfter) {
        return new RawAnswer(status, "", null, null, retryAfter, rateLimit, null, null);
    }
}
