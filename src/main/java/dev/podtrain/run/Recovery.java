package dev.podtrain.run;

import dev.podtrain.config.Retries;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.LedgerEvent;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides whether a run whose attempt has ended gets another one. A pod that was lost does; a training that failed by
 * itself does not, because it would fail again at the user's expense, unless the user named its exit code.
 */
final class Recovery {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(15);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final Retries retries;
    private final boolean mayAsk;
    private int used;

    /**
     * @param mayAsk whether the user can be asked where the settings do not say how often to recover
     */
    Recovery(Retries retries, boolean mayAsk) {
        this.retries = retries;
        this.mayAsk = mayAsk;
    }

    /** Whether a lost pod may be replaced without asking. */
    boolean isAutomatic() {
        return retries.recoveries() != null && retries.recoveries() > used;
    }

    /**
     * Another attempt.
     *
     * @param reason why, to follow "attempt 3: "
     * @param pause before it
     * @param ask whether the user is to be asked first
     */
    record Again(String reason, Duration pause, boolean ask) {}

    /** Another attempt after one that ended like this; empty if that was the last. */
    Optional<Again> after(LedgerEvent.Ended ended) {
        Optional<String> reason = reasonFor(ended);
        boolean ask = retries.recoveries() == null && mayAsk;
        if (reason.isEmpty() || !(ask || isAutomatic())) {
            return Optional.empty();
        }
        Duration pause = ask ? Duration.ZERO : pause(used);
        used++;
        return Optional.of(new Again(reason.get(), pause, ask));
    }

    private Optional<String> reasonFor(LedgerEvent.Ended ended) {
        EndReason reason = ended.reason();
        return switch (reason) {
            case LOST -> Optional.of("the pod went away");
            case UNREACHABLE -> Optional.of("the pod did not answer any more");
            case FAILED, KILLED ->
                ended.exitCode() != null && retries.exitCodes().contains(ended.exitCode())
                        ? Optional.of("the trainer ended with exit code " + ended.exitCode()
                                + ", which RETRY_EXIT_CODES names")
                        : Optional.empty();
            // Somebody wanted these ends, or they would come again at once.
            case FINISHED, DEADLINE, BUDGET, IDLE, STOPPED, NOT_STARTED, STOPPED_ELSEWHERE, NO_BALANCE ->
                Optional.empty();
        };
    }

    /** The pause before the attempt after this many recoveries: 15 s, doubled each time, 10 min at most. */
    static Duration pause(int recoveries) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(recoveries, 10));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}
