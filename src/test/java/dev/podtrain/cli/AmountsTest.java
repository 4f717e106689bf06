package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.00 USD",
        "0.5, 0.50 USD",
        "0.05424, 0.0542 USD",
        "0.00004, 0.00 USD",
        "1.999, 2.00 USD",
        "1234.5, 1234.50 USD",
        "100, 100.00 USD"
    })
    void money(BigDecimal usd, String shown) {
        assertThat(Amounts.money(usd)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.9S, 0 s",
        "PT59S, 59 s",
        "PT60S, 1 min",
        "PT12M3S, 12 min 3 s",
        "PT12H, 12 h",
        "PT12H1M59S, 12 h 1 min",
        "PT51H, 2 d 3 h"
    })
    void duration(Duration duration, String shown) {
        assertThat(Amounts.duration(duration)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"-5, just now", "9, just now", "10, 10 s ago", "60, 1 min ago", "3600, 1 h ago", "86400, 1 d ago"})
    void ago(long seconds, String shown) {
        assertThat(Amounts.ago(Samples.START, Samples.START.plusSeconds(seconds)))
                .isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"0, '  0.0s'", "3249, '  3.2s'", "654321, 654.3s", "12345678, 12345.6s"})
    void elapsed(long millis, String shown) {
        assertThat(Amounts.elapsed(Duration.ofMillis(millis))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "one two three, 7, 'one two|three'",
        "one, 2, one",
        "a verylongword b, 5, 'a|verylongword|b'",
        "'', 5, ''",
        "'x|', 5, 'x|'",
        "'|x', 5, '|x'"
    })
    void wrapping(String text, int width, String wrapped) {
        assertThat(Wrapping.wrap(text.replace('|', '\n'), width)).isEqualTo(wrapped.replace('|', '\n'));
    }
}
