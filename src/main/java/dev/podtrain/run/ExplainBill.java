package dev.podtrain.run;

import dev.podtrain.ledger.Attempt;
import dev.podtrain.pod.BilledHour;
import dev.podtrain.run.CostReport.Difference;
import dev.podtrain.run.CostReport.Difference.Kind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes the difference between a bill and an estimate apart, hour by hour. */
final class ExplainBill {
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<Attempt> attempts;
    private final BigDecimal estimateUsd;
    private final Instant now;

    ExplainBill(List<Attempt> attempts, BigDecimal estimateUsd, Instant now) {
        this.attempts = attempts;
        this.estimateUsd = estimateUsd;
        this.now = now;
    }

    /** Those that are not zero; their sum is what was billed less what was estimated. */
    List<Difference> differences(List<BilledHour> hours) {
        Instant currentHour = now.truncatedTo(ChronoUnit.HOURS);
        Set<Instant> present = new HashSet<>();
        BigDecimal disk = BigDecimal.ZERO;
        BigDecimal compute = BigDecimal.ZERO;
        BigDecimal computeNow = BigDecimal.ZERO;
        for (BilledHour hour : hours) {
            present.add(hour.from().truncatedTo(ChronoUnit.HOURS));
            disk = disk.add(hour.diskUsd());
            compute = compute.add(hour.computeUsd());
            if (!hour.from().isBefore(currentHour)) {
                computeNow = computeNow.add(hour.computeUsd());
            }
        }
        BigDecimal partial = computeNow.subtract(estimate(currentHour, now));
        BigDecimal missing = missingHours(present, currentHour).negate();
        BigDecimal rest = compute.subtract(estimateUsd).subtract(partial).subtract(missing);

        List<Difference> differences = new ArrayList<>();
        add(differences, Kind.DISK, disk);
        add(differences, Kind.CURRENT_HOUR, partial);
        add(differences, Kind.MISSING_HOURS, missing);
        add(differences, Kind.REST, rest);
        return List.copyOf(differences);
    }

    private static void add(List<Difference> differences, Kind kind, BigDecimal usd) {
        if (usd.signum() != 0) {
            differences.add(new Difference(kind, usd));
        }
    }

    private BigDecimal missingHours(Set<Instant> present, Instant currentHour) {
        Set<Instant> missing = new HashSet<>();
        for (Attempt attempt : attempts) {
            Instant end = end(attempt);
            for (Instant hour = begin(attempt).truncatedTo(ChronoUnit.HOURS);
                    hour.isBefore(end) && hour.isBefore(currentHour);
                    hour = hour.plus(HOUR)) {
                if (!present.contains(hour)) {
                    missing.add(hour);
                }
            }
        }
        return missing.stream().map(hour -> estimate(hour, hour.plus(HOUR))).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** What the ledger says was used between two moments. */
    private BigDecimal estimate(Instant from, Instant to) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Attempt attempt : attempts) {
            Instant begin = begin(attempt).isAfter(from) ? begin(attempt) : from;
            Instant end = end(attempt).isBefore(to) ? end(attempt) : to;
            if (end.isAfter(begin)) {
                sum = sum.add(Money.forSpan(attempt.hourlyPriceUsd(), Duration.between(begin, end)));
            }
        }
        return sum;
    }

    private static Instant begin(Attempt attempt) {
        return attempt.rented() == null ? attempt.intended().at() : attempt.rentedAt();
    }

    private Instant end(Attempt attempt) {
        return begin(attempt).plus(attempt.billed(now));
    }
}
