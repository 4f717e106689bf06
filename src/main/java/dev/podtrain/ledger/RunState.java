package dev.podtrain.ledger;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run as its ledger tells it: the definition, and its attempts in the order in which they were intended. */
public record RunState(LedgerEvent.Defined definition, List<Attempt> attempts) {

    public RunState {
        attempts = List.copyOf(attempts);
    }

    /** The fold of a ledger's events; empty if the run was never defined. */
    public static Optional<RunState> of(List<LedgerEvent> events) {
        LedgerEvent.@Nullable Defined defined = null;
        Map<String, Attempt> attempts = new LinkedHashMap<>();
        for (LedgerEvent event : events) {
            if (event instanceof LedgerEvent.Defined e) {
                defined = e;
            } else if (event instanceof LedgerEvent.Intended e) {
                attempts.put(e.intent(), Attempt.of(e));
            } else if (event instanceof LedgerEvent.OfAttempt e) {
                attempts.computeIfPresent(e.intent(), (intent, attempt) -> attempt.with(e));
            }
        }
        return defined == null ? Optional.empty() : Optional.of(new RunState(defined, List.copyOf(attempts.values())));
    }

    public RunId id() {
        return definition.run();
    }

    /** Whether this is no run but the record of pods that only move data; see {@link Records}. */
    public boolean movesData() {
        return definition.config().isEmpty();
    }

    /** The attempt that counts: the last one that was not refused. */
    public Optional<Attempt> current() {
        for (int i = attempts.size() - 1; i >= 0; i--) {
            if (attempts.get(i).phase() != Attempt.Phase.REFUSED) {
                return Optional.of(attempts.get(i));
            }
        }
        return Optional.empty();
    }

    public Optional<Attempt> attempt(String intent) {
        return attempts.stream().filter(a -> a.intent().equals(intent)).findFirst();
    }

    /** Attempts for which something may still be billed, as far as is known here. */
    public List<Attempt> maybeBilled() {
        return attempts.stream().filter(Attempt::mayBeBilled).toList();
    }

    public int nextAttemptNumber() {
        return attemptsMade() + 1;
    }

    /** How many attempts there were; a request that was refused is none. */
    public int attemptsMade() {
        return attempts.stream()
                .filter(a -> a.phase() != Attempt.Phase.REFUSED)
                .mapToInt(Attempt::number)
                .max()
                .orElse(0);
    }

    /** What all attempts have cost so far, in USD, as an estimate. */
    public BigDecimal costUsd(Instant now) {
        return attempts.stream().map(a -> a.costUsd(now)).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** When something last happened. */
    public Instant lastChange() {
        return current().map(RunState::latest).orElse(definition.at());
    }

    private static Instant latest(Attempt a) {
        if (a.podEnded() != null) {
            return a.podEnded().at();
        }
        if (a.ended() != null) {
            return a.ended().at();
        }
        if (a.started() != null) {
            return a.started().at();
        }
        return a.rented() == null ? a.intended().at() : a.rented().at();
    }
}
