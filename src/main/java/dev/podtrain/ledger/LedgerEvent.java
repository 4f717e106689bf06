package dev.podtrain.ledger;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a run's ledger. Every event carries the moment it was observed on this machine. An attempt is addressed
 * by its intent: the random word that its pod carries in its environment.
 */
public sealed interface LedgerEvent {
    Instant at();

    /** An event of one attempt. */
    sealed interface OfAttempt extends LedgerEvent {
        String intent();
    }

    /**
     * The run exists: what it is and where it came from. Written once, first; again if the project was moved.
     *
     * @param config relative to the project; empty for pods that only move data
     */
    record Defined(
            Instant at,
            RunId run,
            String projectPath,
            String config,
            String outputDir,
            String volumeId,
            String remoteProject,
            boolean local)
            implements LedgerEvent {

        /** Whether both say the same but for the moment. */
        public boolean describesSameAs(Defined other) {
            return equals(new Defined(
                    at,
                    other.run,
                    other.projectPath,
                    other.config,
                    other.outputDir,
                    other.volumeId,
                    other.remoteProject,
                    other.local));
        }
    }

    /** A pod is about to be asked for. Synced before the request leaves, so that a lost answer can be looked up. */
    record Intended(
            Instant at,
            String intent,
            int attempt,
            String podName,
            String gpu,
            int gpuCount,
            String dataCenter,
            BigDecimal hourlyPriceUsd,
            String treeHash,
            String configHash,
            boolean forceRestart,
            String onExit)
            implements OfAttempt {}

    /**
     * The limits that the pod's guard is given: past them the pod should have ended, whoever looks. Zero for none.
     *
     * @param bootGrace from the request to the start of the training
     * @param maxRuntime from the pod's first boot
     */
    record Guarded(Instant at, String intent, Duration bootGrace, Duration maxRuntime, BigDecimal maxCostUsd)
            implements OfAttempt {}

    /** The provider refused: nothing is billed for this intent. */
    record Refused(Instant at, String intent, String detail) implements OfAttempt {}

    /** A pod is there for this intent and is billed from about now. */
    record Rented(
            Instant at,
            String intent,
            String podId,
            BigDecimal hourlyPriceUsd,
            @Nullable String dataCenter) implements OfAttempt {}

    /** The pod answered over SSH with the right host key and the right number of GPUs. */
    record Ready(Instant at, String intent, String host, int port) implements OfAttempt {}

    /** The code on the volume is the tree with this hash. */
    record CodeSynced(Instant at, String intent, String treeHash) implements OfAttempt {}

    /**
     * The training runs, or was found running.
     *
     * @param logBytes how long the run's log was then: what comes behind is this attempt's
     */
    record Started(Instant at, String intent, @Nullable String resumedFrom, long logBytes) implements OfAttempt {}

    /** The training is over. */
    record Ended(
            Instant at,
            String intent,
            EndReason reason,
            @Nullable Integer exitCode) implements OfAttempt {}

    /** The provider shows the pod as no longer running: the meter for its GPU stands. */
    record PodEnded(Instant at, String intent, String podId, String how) implements OfAttempt {}
}
