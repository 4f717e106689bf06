package dev.podtrain.run;

import dev.podtrain.base.Progress;
import dev.podtrain.ledger.RunId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the command line can ask for beside running: what is left behind, what it costs, and whether everything is in
 * order. Each method stops with a {@code ProblemException} where it cannot do what it says.
 */
public interface CareOperations {
    /** Attempts of this machine that may still be billed with nobody looking. Asks nobody and takes a millisecond. */
    List<Orphan> orphans();

    /** The run that a selector means; empty if it means none, or more than one. */
    Optional<RunId> runOf(RunSelector selector);

    /** All pods of the account that this program rented, or that are named like it, the oldest last. */
    List<FoundPod> pods(Account account, Progress progress) throws InterruptedException;

    /**
     * Ends pods, one after the other; one that cannot be ended does not keep the others alive. A training that may be
     * under way is asked to save first where this machine has the run's key.
     */
    List<Swept> end(SweepRequest request, Progress progress) throws InterruptedException;

    /** What a run has cost, as this machine estimates it and as the provider has billed it. */
    CostReport cost(RunSelector selector, Progress progress) throws InterruptedException;

    /** Looks at settings, account, machine and runs. Changes and rents nothing; works offline and unconfigured. */
    List<Check> examine(Path projectDir, Progress progress) throws InterruptedException;

    /**
     * Whose pods are meant.
     *
     * @param projectDir whose settings name the account
     * @param local the local cloud instead
     */
    record Account(Path projectDir, boolean local) {}

    /**
     * What to end.
     *
     * @param podIds pods that {@link #pods} has shown; one that is not ours is left alone
     * @param terminate delete them instead of stopping them
     * @param all also those that may be training, and, with {@code terminate}, those whose own disk holds the data
     */
    record SweepRequest(Account account, List<String> podIds, boolean terminate, boolean all) {
        public SweepRequest {
            podIds = List.copyOf(podIds);
        }
    }

    /** What became of one pod. */
    record Swept(String podId, String name, Result result, String detail) {
        /** How it went. */
        public enum Result {
            STOPPED,
            TERMINATED,
            SKIPPED,
            FAILED
        }
    }
}
