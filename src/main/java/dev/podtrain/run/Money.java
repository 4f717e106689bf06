package dev.podtrain.run;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** Prices per hour over spans of time. */
final class Money {
    private static final BigDecimal MILLIS_PER_HOUR =
            BigDecimal.valueOf(Duration.ofHours(1).toMillis());

    private Money() {}

    /** What a span costs in USD, to the hundredth of a cent. */
    static BigDecimal forSpan(BigDecimal hourlyPriceUsd, Duration span) {
        return hourlyPriceUsd
                .multiply(BigDecimal.valueOf(span.toMillis()))
                .divide(MILLIS_PER_HOUR, 4, RoundingMode.HALF_UP);
    }
}
