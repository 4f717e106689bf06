package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.FakeTime;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepRateTest {
    private final FakeTime time = new FakeTime();
    private final StepRate rate = new StepRate(new BigDecimal("0.60"), time);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "step %d/1000 loss 0.3\n",
                "{'step': %d/1000}\n",
                "Step=%d of 1000\n",
                " 12%%|█▏        | %d/1000 [00:12<01:30]\r"
            })
    void paceGivesWhatIsLeftInTimeAndMoney(String line) throws InterruptedException {
        say(line.formatted(100));
        time.sleep(Duration.ofSeconds(100));

        assertThat(say(line.formatted(200))).hasValueSatisfying(forecast -> {
            assertThat(forecast.step()).isEqualTo(200);
            assertThat(forecast.totalSteps()).isEqualTo(1000);
            assertThat(forecast.remaining()).isEqualTo(Duration.ofSeconds(800));
            assertThat(forecast.costUsd()).isEqualByComparingTo("0.1333");
        });
    }

    @Test
    void lineThatArrivesInTwoPiecesCounts() throws InterruptedException {
        say("step 1/100\n");
        time.sleep(Duration.ofMinutes(2));
        say("ste");

        assertThat(say("p 21/100\n")).isPresent();
    }

    @Test
    void forecastComesAfterAMinuteAndThenEveryTen() throws InterruptedException {
        say("step 1/1000\n");
        time.sleep(Duration.ofSeconds(59));
        assertThat(say("step 2/1000\n")).isEmpty();
        time.sleep(Duration.ofSeconds(1));
        assertThat(say("step 3/1000\n")).isPresent();
        time.sleep(Duration.ofMinutes(9));
        assertThat(say("step 4/1000\n")).isEmpty();
        time.sleep(Duration.ofMinutes(1));
        assertThat(say("step 5/1000\n")).isPresent();
    }

    @Test
    void countOfAnotherStageBeginsAnew() throws InterruptedException {
        say("step 900/1000\n");
        time.sleep(Duration.ofMinutes(2));

        assertThat(say("step 1/50\n")).isEmpty();
    }

    @Test
    void logWithoutATotalGivesNoForecast() throws InterruptedException {
        say("step 1 loss 2/3\n");
        time.sleep(Duration.ofHours(1));

        assertThat(say("step 2 loss 2/3\n")).isEmpty();
    }

    private Optional<Forecast> say(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return rate.accept(bytes, bytes.length);
    }
}
