package dev.podtrain.run;

import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunStore;
import java.time.Instant;

/** Writes the receipt of an attempt from what its ledger says. */
final class Receipts {
    private Receipts() {}

    static Receipt of(RunStore store, Attempt attempt, RunSpec spec, Instant now) {
        return of(store, spec.run(), spec.local(), attempt, now);
    }

    static Receipt of(RunStore store, RunId run, boolean local, Attempt attempt, Instant now) {
        return new Receipt(
                run,
                attempt.number(),
                attempt.podId().orElse("none"),
                reason(attempt),
                attempt.ended() == null ? null : attempt.ended().exitCode(),
                attempt.billed(now),
                attempt.costUsd(now),
                local,
                podState(attempt),
                store.logCopy(run));
    }

    private static EndReason reason(Attempt attempt) {
        if (attempt.ended() != null) {
            return attempt.ended().reason();
        }
        return attempt.started() == null ? EndReason.NOT_STARTED : EndReason.LOST;
    }

    private static String podState(Attempt attempt) {
        if (attempt.podEnded() != null) {
            return attempt.podEnded().how();
        }
        return attempt.intended().onExit().equals("keep") ? "kept" : "still running";
    }
}
