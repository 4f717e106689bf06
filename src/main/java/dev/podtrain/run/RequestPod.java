package dev.podtrain.run;

import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.pod.CreateOutcome;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The request that rents a pod, whatever the pod is for. It is sent once; if its answer is lost the pod is looked for until
 * it is safe to say that there is none.
 */
final class RequestPod {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(3);

    /** The key may not rent at all, or not this. */
    private static final int FORBIDDEN = 403;

    /** What came of a request. */
    sealed interface Result {
        /** A pod is there and billed; the ledger does not say so yet. */
        record Rented(Pod pod) implements Result {}

        /**
         * Nothing is billed, as the ledger says now.
         *
         * @param denied whether the key was not allowed to ask
         */
        record Refused(String detail, boolean denied) implements Result {}
    }

    private final Cloud cloud;
    private final PodApi pods;
    private final Ledger ledger;
    private final Time time;
    private final Progress progress;
    private final GiveBack giveBack;

    RequestPod(Cloud cloud, Ledger ledger, Time time, Progress progress) {
        this.cloud = cloud;
        this.pods = cloud.pods();
        this.ledger = ledger;
        this.time = time;
        this.progress = progress;
        this.giveBack = new GiveBack(cloud, ledger, time, progress);
    }

    /**
     * The provider may ask for minutes of silence. They have to be over before the intent is written: a pod that does not
     * show within the appearance limit after its intent was never created.
     */
    void awaitTurn() throws InterruptedException {
        try {
            pods.awaitTurn();
        } catch (InterruptedException e) {
            throw new LaunchCancelledException("nothing is rented");
        }
    }

    /**
     * Sends the request.
     *
     * @param attempt its intent is on the disk, and in the environment of the pod asked for
     * @throws ProblemException if no pod can be asked for; nothing is billed, as the ledger says then
     * @throws LaunchCancelledException after Ctrl+C, with what is known of the pod
     */
    Result send(Attempt attempt, PodSpec spec) throws InterruptedException {
        CreateOutcome outcome;
        try {
            outcome = pods.create(spec);
        } catch (ProblemException e) {
            refused(attempt, e.problem().why(), false);
            throw e;
        } catch (InterruptedException e) {
            throw cancelledUnanswered(attempt);
        }
        if (outcome instanceof CreateOutcome.Created created) {
            return new Result.Rented(created.pod());
        } else if (outcome instanceof CreateOutcome.NoCapacity none) {
            return refused(attempt, none.detail(), false);
        } else if (outcome instanceof CreateOutcome.Refused refusal) {
            return refused(attempt, refusal.detail(), refusal.status() == FORBIDDEN);
        } else if (outcome instanceof CreateOutcome.AnswerLost lost) {
            progress.warn("the answer to the request for a pod was lost (" + lost.reason() + "): looking for the pod");
            Optional<Pod> pod = lookUp(attempt);
            return pod.isPresent()
                    ? new Result.Rented(pod.get())
                    : refused(attempt, "no pod appeared after " + lost.reason(), false);
        }
        throw new AssertionError(outcome);
    }

    private Result refused(Attempt attempt, String detail, boolean denied) {
        ledger.append(new LedgerEvent.Refused(time.now(), attempt.intent(), detail));
        return new Result.Refused(detail, denied);
    }

    private Optional<Pod> lookUp(Attempt attempt) throws InterruptedException {
        Instant end = time.now().plus(cloud.appearanceLimit());
        try {
            while (true) {
                Optional<Pod> pod = pods.findByIntent(attempt.intent());
                if (pod.isPresent() || !time.now().isBefore(end)) {
                    return pod;
                }
                time.sleep(pods.pollPause(LOOK_AGAIN));
            }
        } catch (InterruptedException e) {
            throw cancelledUnanswered(attempt);
        }
    }

    /** Ctrl+C while it is not known whether there is a pod: it is given back if it shows now. */
    private LaunchCancelledException cancelledUnanswered(Attempt attempt) throws InterruptedException {
        Optional<Pod> pod = pods.findByIntent(attempt.intent());
        if (pod.isPresent()) {
            return new LaunchCancelledException(giveBack.endUnanswered(attempt, pod.get(), true));
        }
        return new LaunchCancelledException("a pod may still appear, as the answer to the request was lost: the next"
                + " pod-train command names it, and its guard ends it if nobody uses it");
    }
}
