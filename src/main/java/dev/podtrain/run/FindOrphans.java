package dev.podtrain.run;

import dev.podtrain.base.Time;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.Records;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks through this machine's ledgers for attempts that may still be billed with nobody looking. Asks nobody; a pod
 * that is named here may have ended long ago, because its guard tells only the provider.
 */
final class FindOrphans {
    /** What a guard may need beyond its limits: to let the trainer save (an hour at most), and to be heard. */
    private static final Duration SLACK = Duration.ofMinutes(75);

    /** The guard ends a pod within its interval, five minutes at most, after the training. */
    private static final Duration END_SLACK = Duration.ofMinutes(10);

    /** A training without limits is worth a look after so long. */
    private static final Duration UNSEEN_LIMIT = Duration.ofDays(1);

    private final Records records;
    private final Time time;

    FindOrphans(Records records, Time time) {
        this.records = records;
        this.time = time;
    }

    /** Nothing on the local cloud is ever billed, so it has no orphans. */
    List<Orphan> find() {
        Instant now = time.now();
        List<Orphan> orphans = new ArrayList<>();
        for (RunStore store : records.all()) {
            for (RunState run : store.maybeOpen()) {
                for (Attempt attempt : run.definition().local() ? List.<Attempt>of() : run.maybeBilled()) {
                    reason(run, attempt, now)
                            .ifPresent(why -> orphans.add(new Orphan(
                                    run, attempt.number(), attempt.podId().orElse(null), why)));
                }
            }
        }
        return List.copyOf(orphans);
    }

    private Optional<String> reason(RunState run, Attempt attempt, Instant now) {
        return switch (attempt.phase()) {
            case INTENDED -> unlessLaunching(run, "the answer to the request for its pod was never seen");
            case BOOTING, READY ->
                unlessLaunching(run, run.movesData() ? "a transfer of data left it" : "its launch was cut short");
            case TRAINING -> tooLong(run, attempt, now);
            case ENDED -> notSeenToEnd(attempt, now);
            case REFUSED, STOPPED -> Optional.empty();
        };
    }

    private Optional<String> unlessLaunching(RunState run, String reason) {
        return records.of(run.id()).isBeingLaunched(run.id()) ? Optional.empty() : Optional.of(reason);
    }

    private Optional<String> tooLong(RunState run, Attempt attempt, Instant now) {
        Optional<Instant> limit = limit(attempt);
        if (limit.isPresent() && now.isAfter(limit.get().plus(SLACK))) {
            return Optional.of("its limits were reached " + ago(limit.get(), now) + " ago");
        }
        Instant seen = lastSeen(run, attempt);
        return now.isAfter(seen.plus(UNSEEN_LIMIT))
                ? Optional.of("nobody has looked at its training for " + ago(seen, now))
                : Optional.empty();
    }

    /** When MAX_RUNTIME or MAX_COST ends it, as far as can be told from here; empty without limits. */
    private static Optional<Instant> limit(Attempt attempt) {
        LedgerEvent.Guarded guarded = attempt.guarded();
        LedgerEvent.Rented rented = attempt.rented();
        if (guarded == null || rented == null) {
            return Optional.empty();
        }
        Optional<Duration> byTime =
                guarded.maxRuntime().isZero() ? Optional.empty() : Optional.of(guarded.maxRuntime());
        Optional<Duration> byCost = Money.lasting(guarded.maxCostUsd(), attempt.hourlyPriceUsd());
        return byTime.flatMap(a -> byCost.map(b -> a.compareTo(b) < 0 ? a : b).or(() -> byTime))
                .or(() -> byCost)
                .map(rented.at()::plus);
    }

    /** The local copy of the log changes whenever somebody follows or asks. */
    private Instant lastSeen(RunState run, Attempt attempt) {
        Instant started = attempt.started() == null
                ? attempt.intended().at()
                : attempt.started().at();
        Path copy = records.runs().logCopy(run.id());
        try {
            Instant changed = Files.getLastModifiedTime(copy).toInstant();
            return changed.isAfter(started) ? changed : started;
        } catch (IOException e) {
            return started;
        }
    }

    private static Optional<String> notSeenToEnd(Attempt attempt, Instant now) {
        LedgerEvent.Ended ended = attempt.ended();
        if (ended == null || now.isBefore(ended.at().plus(END_SLACK))) {
            return Optional.empty();
        }
        return Optional.of(
                attempt.intended().onExit().equals("keep")
                        ? "its training is over and its pod was to be kept"
                        : "its training is over and its pod was not seen to end");
    }

    private static String ago(Instant then, Instant now) {
        Duration span = Duration.between(then, now);
        return span.toDays() > 1 ? span.toDays() + " days" : Durations.text(Duration.ofMinutes(span.toMinutes()));
    }
}
