package dev.podtrain.run;

import dev.podtrain.base.Progress;
import dev.podtrain.ledger.RunState;
import java.util.List;

/**
 * Everything the command line can ask for. Each method stops with a {@code ProblemException} where it cannot do what it
 * says; an interrupt (Ctrl+C) reaches it as {@link InterruptedException} unless its result has a case for it.
 */
public interface RunOperations {
    /** Launches, resumes or follows the run of a config, as far as the request says. */
    Outcome launch(LaunchRequest request, RunListener listener) throws InterruptedException;

    /** Delivers a run's log, from this machine's copy and, if wanted or not yet here, from the pod. */
    LogsResult logs(LogsRequest request, LogSink sink, Progress progress) throws InterruptedException;

    /** Where the run stands as far as this machine knows; asks nobody. */
    StatusReport knownStatus(RunSelector selector);

    /** Where the run stands, with the provider and the pod asked. */
    StatusReport refreshedStatus(RunSelector selector, Progress progress) throws InterruptedException;

    /** The run to stop: without a name never one of another project, nor one that has ended beside one that has not. */
    RunState runToStop(RunSelector selector);

    /** Ends a run's training, letting it save first, and then its pod. Doing it twice is safe. */
    StopResult stop(StopRequest request, Progress progress) throws InterruptedException;

    /** All runs this machine knows of, the most recently changed first. */
    List<RunState> runs();

    /** Attempts of any run for which something may still be billed as far as this machine knows. */
    default List<RunState> maybeBilled() {
        return runs().stream()
                .filter(run -> !run.definition().local() && !run.maybeBilled().isEmpty())
                .toList();
    }

    /** Takes bytes of a log. */
    interface LogSink {
        /** The next bytes, in order; {@code offset} is that of the first one in the run's whole log. */
        void accept(long offset, byte[] bytes, int length);
    }

    /**
     * What is wanted of a log.
     *
     * @param follow go on until the training ends
     * @param sinceOffset first byte wanted, or -1 for the choice of {@code tail}
     * @param tail lines wanted from the end, or -1 for all; ignored if there is an offset
     */
    record LogsRequest(RunSelector selector, boolean follow, long sinceOffset, int tail) {}

    /**
     * How far a log was read.
     *
     * @param nextOffset where the next call would go on
     * @param complete whether the log was read to the end of a training that is over
     */
    record LogsResult(RunState state, long nextOffset, boolean complete) {}

    /**
     * Which run to end, and how.
     *
     * @param terminate delete the pod instead of stopping it
     */
    record StopRequest(RunSelector selector, boolean terminate) {}

    /**
     * What a stop came to.
     *
     * @param receipt what the attempt came to
     * @param alreadyEnded nothing had to be done
     */
    record StopResult(Receipt receipt, boolean alreadyEnded) {}
}
