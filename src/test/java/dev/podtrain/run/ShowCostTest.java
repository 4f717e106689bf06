package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunState;
import dev.podtrain.pod.BilledHour;
import dev.podtrain.run.CostReport.AttemptCost;
import dev.podtrain.run.CostReport.Difference;
import dev.podtrain.run.CostReport.Difference.Kind;
import dev.podtrain.run.CostReport.Share;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ShowCostTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final BigDecimal PRICE = new BigDecimal("0.60");

    @Test
    void attemptIsSplitIntoBootTrainingAndAfter() {
        RunState run = run(60, 360, 3960, 4020);

        AttemptCost attempt = report(run, NOON.plusSeconds(9000)).attempts().get(0);

        assertThat(attempt.boot()).isEqualTo(share(300, "0.0500"));
        assertThat(attempt.training()).isEqualTo(share(3600, "0.6000"));
        assertThat(attempt.after()).isEqualTo(share(60, "0.0100"));
        assertThat(attempt.totalUsd()).isEqualByComparingTo("0.66");
        assertThat(attempt.running()).isFalse();
    }

    @Test
    void trainingThatGoesOnCostsUntilNow() {
        AttemptCost attempt =
                report(run(0, 600, -1, -1), NOON.plusSeconds(4200)).attempts().get(0);

        assertThat(attempt.training()).isEqualTo(share(3600, "0.6000"));
        assertThat(attempt.after()).isEqualTo(share(0, "0.0000"));
        assertThat(attempt.running()).isTrue();
    }

    @Test
    void podWithoutATrainingHasOnlyBooted() {
        AttemptCost attempt =
                report(run(0, -1, -1, 600), NOON.plusSeconds(4200)).attempts().get(0);

        assertThat(attempt.boot()).isEqualTo(share(600, "0.1000"));
        assertThat(attempt.training().span()).isZero();
    }

    @Test
    void billOfAPodThatIsOverDiffersByDisksAndSeconds() {
        CostReport report = report(
                run(600, 900, 6000, 6600),
                NOON.plus(Duration.ofDays(1)),
                hour(0, "0.51", "0.01"),
                hour(1, "0.50", "0.01"));

        assertThat(report.estimateUsd()).isEqualByComparingTo("1.00");
        assertThat(Objects.requireNonNull(report.billed()).totalUsd()).isEqualByComparingTo("1.03");
        assertThat(report.differences())
                .usingElementComparator(ShowCostTest::compare)
                .containsExactly(difference(Kind.DISK, "0.02"), difference(Kind.REST, "0.01"));
    }

    @Test
    void currentHourIsExplainedApartFromHoursThatAreMissing() {
        CostReport report = report(
                run(0, 60, -1, -1), NOON.plus(Duration.ofMinutes(150)), hour(0, "0.60", "0"), hour(2, "0.25", "0"));

        assertThat(report.differences())
                .usingElementComparator(ShowCostTest::compare)
                .containsExactly(difference(Kind.CURRENT_HOUR, "-0.05"), difference(Kind.MISSING_HOURS, "-0.60"));
    }

    @Property(tries = 200)
    void differencesAddUpToTheWholeDifference(
            @ForAll @IntRange(max = 20_000) int start,
            @ForAll @IntRange(max = 20_000) int length,
            @ForAll @IntRange(max = 30_000) int now,
            @ForAll List<@IntRange(max = 9) Integer> hours) {
        List<BilledHour> bill = new ArrayList<>(List.of(hour(0, "0.1", "0.01")));
        hours.forEach(hour -> bill.add(hour(hour, "0.37", "0.011")));

        CostReport report =
                ShowCost.report(run(start, start, start + length, start + length), NOON.plusSeconds(now), bill, null);

        BigDecimal explained =
                report.differences().stream().map(Difference::usd).reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(explained)
                .isEqualByComparingTo(
                        Objects.requireNonNull(report.billed()).totalUsd().subtract(report.estimateUsd()));
    }

    private static CostReport report(RunState run, Instant now, BilledHour... hours) {
        return ShowCost.report(run, now, List.of(hours), null);
    }

    private static BilledHour hour(int number, String compute, String disk) {
        return new BilledHour(NOON.plus(Duration.ofHours(number)), new BigDecimal(compute), new BigDecimal(disk));
    }

    private static Difference difference(Kind kind, String usd) {
        return new Difference(kind, new BigDecimal(usd));
    }

    private static int compare(Difference a, Difference b) {
        return a.kind() == b.kind() ? a.usd().compareTo(b.usd()) : a.kind().compareTo(b.kind());
    }

    private static Share share(int seconds, String usd) {
        return new Share(Duration.ofSeconds(seconds), new BigDecimal(usd));
    }

    /** One attempt whose events are so many seconds after noon; -1 for one that has not happened. */
    private static RunState run(int rented, int started, int ended, int podEnded) {
        List<LedgerEvent> events = new ArrayList<>(List.of(
                new LedgerEvent.Defined(NOON, new RunId("digits-3f9a1c"), "/p", "c", "out", "v", "p", false),
                new LedgerEvent.Intended(NOON, "i1", 1, "pod", "gpu", 1, "dc", PRICE, "t", "c", false, "stop"),
                new LedgerEvent.Rented(NOON.plusSeconds(rented), "i1", "pod1", PRICE, null)));
        if (started >= 0) {
            events.add(new LedgerEvent.Started(NOON.plusSeconds(started), "i1", null, 0));
        }
        if (ended >= 0) {
            events.add(new LedgerEvent.Ended(NOON.plusSeconds(ended), "i1", EndReason.FINISHED, 0));
        }
        if (podEnded >= 0) {
            events.add(new LedgerEvent.PodEnded(NOON.plusSeconds(podEnded), "i1", "pod1", "stopped"));
        }
        return RunState.of(events).orElseThrow();
    }
}
