package dev.podtrain.run;

import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.RunState;
import dev.podtrain.pod.BilledHour;
import dev.podtrain.pod.PodId;
import dev.podtrain.run.CostReport.AttemptCost;
import dev.podtrain.run.CostReport.Billed;
import dev.podtrain.run.CostReport.Share;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Works out what a run has cost from its ledger, and asks the provider what it has billed. */
final class ShowCost {
    private final RunAccess access;
    private final Time time;

    ShowCost(RunAccess access, Time time) {
        this.access = access;
        this.time = time;
    }

    CostReport show(RunState run, Progress progress) throws InterruptedException {
        Instant now = time.now();
        List<Attempt> rented =
                run.attempts().stream().filter(a -> a.rented() != null).toList();
        if (rented.isEmpty()) {
            return report(run, now, List.of(), null);
        }
        try (Cloud cloud = access.cloud(run, access.settings(run), progress)) {
            List<BilledHour> hours = new ArrayList<>();
            for (Map.Entry<String, Instant> pod : pods(rented).entrySet()) {
                progress.report("asking what was billed for pod " + pod.getKey());
                hours.addAll(cloud.pods().billedHours(new PodId(pod.getKey()), pod.getValue()));
            }
            return report(run, now, hours, null);
        } catch (ProblemException e) {
            return report(
                    run, now, List.of(), e.problem().what() + ": " + e.problem().why());
        }
    }

    /** Each pod with its first rent: one that was stopped and started again has several attempts. */
    private static Map<String, Instant> pods(List<Attempt> rented) {
        Map<String, Instant> pods = new TreeMap<>();
        rented.forEach(attempt ->
                pods.merge(attempt.podId().orElseThrow(), attempt.rentedAt(), (a, b) -> a.isBefore(b) ? a : b));
        return pods;
    }

    static CostReport report(RunState run, Instant now, List<BilledHour> hours, @Nullable String problem) {
        List<AttemptCost> attempts = run.attempts().stream()
                .filter(attempt -> attempt.rented() != null)
                .map(attempt -> cost(attempt, now))
                .toList();
        BigDecimal estimate = attempts.stream().map(AttemptCost::totalUsd).reduce(BigDecimal.ZERO, BigDecimal::add);
        if (hours.isEmpty()) {
            return new CostReport(run, now, attempts, estimate, null, List.of(), problem);
        }
        BigDecimal compute = sum(hours.stream().map(BilledHour::computeUsd).toList());
        BigDecimal disk = sum(hours.stream().map(BilledHour::diskUsd).toList());
        Billed billed = new Billed(compute.add(disk), compute, disk);
        return new CostReport(
                run,
                now,
                attempts,
                estimate,
                billed,
                new ExplainBill(run.attempts(), estimate, now).differences(hours),
                problem);
    }

    private static AttemptCost cost(Attempt attempt, Instant now) {
        Instant rented = attempt.rentedAt();
        Instant end = rented.plus(attempt.billed(now));
        Instant started = attempt.started() == null
                ? end
                : between(rented, attempt.started().at(), end);
        Instant ended =
                attempt.ended() == null ? end : between(started, attempt.ended().at(), end);
        return new AttemptCost(
                attempt.number(),
                attempt.podId().orElseThrow(),
                attempt.intended().gpu(),
                attempt.intended().gpuCount(),
                attempt.hourlyPriceUsd(),
                share(attempt, rented, started),
                share(attempt, started, ended),
                share(attempt, ended, end),
                attempt.mayBeBilled());
    }

    private static Share share(Attempt attempt, Instant from, Instant to) {
        Duration span = Duration.between(from, to);
        return new Share(span, Money.forSpan(attempt.hourlyPriceUsd(), span));
    }

    private static Instant between(Instant least, Instant moment, Instant most) {
        Instant notEarlier = moment.isBefore(least) ? least : moment;
        return notEarlier.isAfter(most) ? most : notEarlier;
    }

    private static BigDecimal sum(List<BigDecimal> amounts) {
        return amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
