package dev.podtrain.run;

import dev.podtrain.ledger.RunState;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run has cost: estimated from its ledger, and billed as far as the provider says.
 *
 * @param attempts those that got a pod, in their order
 * @param estimateUsd all of them together; GPU only
 * @param billed null if the provider could not be asked, or has nothing on these pods yet
 * @param differences why what was billed is not what was estimated; together they are the whole difference
 * @param problem why the provider could not be asked, in words
 */
public record CostReport(
        RunState state,
        Instant asOf,
        List<AttemptCost> attempts,
        BigDecimal estimateUsd,
        @Nullable Billed billed,
        List<Difference> differences,
        @Nullable String problem) {

    public CostReport {
        attempts = List.copyOf(attempts);
        differences = List.copyOf(differences);
    }

    /**
     * One attempt's share.
     *
     * @param boot from the pod's beginning to that of the training: image, log-in, code, environment
     * @param training until its end
     * @param after until the pod's end was seen
     * @param running it may still be billed
     */
    public record AttemptCost(
            int number,
            String podId,
            String gpu,
            int gpuCount,
            BigDecimal hourlyPriceUsd,
            Share boot,
            Share training,
            Share after,
            boolean running) {
        public BigDecimal totalUsd() {
            return boot.usd().add(training.usd()).add(after.usd());
        }
    }

    /** A span of time and what it costs. */
    public record Share(Duration span, BigDecimal usd) {}

    /** What the provider has billed for all pods of the run. */
    public record Billed(BigDecimal totalUsd, BigDecimal computeUsd, BigDecimal diskUsd) {}

    /**
     * A part of the difference.
     *
     * @param usd what it adds to the estimate, or takes from it
     */
    public record Difference(Kind kind, BigDecimal usd) {
        /** Where it comes from. */
        public enum Kind {
            /** The estimate counts the pod's price alone. */
            DISK,
            /** The hour that is going on is billed in part. */
            CURRENT_HOUR,
            /** Hours that are over and for which the provider has nothing yet. */
            MISSING_HOURS,
            /** Seconds that the provider and this machine see differently, another price, rounding. */
            REST
        }
    }
}
