package dev.podtrain.run;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;

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

    /** How long an amount pays for; empty if there is no price, or no amount. */
    static Optional<Duration> lasting(BigDecimal usd, BigDecimal hourlyPriceUsd) {
        if (usd.signum() <= 0 || hourlyPriceUsd.signum() <= 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis(usd.multiply(MILLIS_PER_HOUR)
                .divide(hourlyPriceUsd, 0, RoundingMode.HALF_UP)
                .longValue()));
    }
}
