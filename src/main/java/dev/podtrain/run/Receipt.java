package dev.podtrain.run;

import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.RunId;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a run's attempt came to.
 *
 * @param exitCode the trainer's own, if it is known
 * @param billed from renting the pod to its end
 * @param costUsd estimate: billed time at the pod's hourly price
 * @param local whether it only would have cost that
 * @param pod what became of it: {@code stopped}, {@code terminated}, {@code gone}, {@code kept}, {@code still running}
 * @param log this machine's copy of the run's log
 */
public record Receipt(
        RunId run,
        int attempt,
        String podId,
        EndReason reason,
        @Nullable Integer exitCode,
        Duration billed,
        BigDecimal costUsd,
        boolean local,
        String pod,
        Path log) {}
