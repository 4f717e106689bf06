package dev.podtrain.run;

import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import java.time.Duration;
import java.time.Instant;

/** Ends a pod on which no training was started, so that a failed launch leaves nothing billed. */
final class GiveBack {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(3);

    private final Cloud cloud;
    private final PodApi pods;
    private final Ledger ledger;
    private final Time time;
    private final Progress progress;

    GiveBack(Cloud cloud, Ledger ledger, Time time, Progress progress) {
        this.cloud = cloud;
        this.pods = cloud.pods();
        this.ledger = ledger;
        this.time = time;
        this.progress = progress;
    }

    /**
     * Ends the pod.
     *
     * @param expendable delete it, since nothing is on it; otherwise it is stopped
     * @return what is left behind, in words: never fails, because a failure is already being reported
     */
    String end(String intent, PodId pod, boolean expendable) {
        // Somebody who pressed Ctrl+C and saw nothing happen would press it again, and keep the pod.
        progress.report("giving pod " + pod + " back");
        try {
            if (expendable) {
                terminate(intent, pod);
            } else {
                pods.stop(pod);
            }
            String how = expendable ? "terminated" : "stopped";
            ledger.append(new LedgerEvent.PodEnded(time.now(), intent, pod.value(), how));
            return "pod " + pod + " was " + how + "; nothing is billed for its GPU";
        } catch (ProblemException e) {
            return notEnded(pod, e.problem().why());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return notEnded(pod, "interrupted");
        }
    }

    /**
     * Ends a pod that may have been started for this attempt although no answer said so. It counts as rented since it
     * was asked for: rather a cent too much in the books than a second too few.
     */
    String endUnanswered(Attempt attempt, Pod pod, boolean expendable) {
        try {
            LedgerEvent.Intended asked = attempt.intended();
            ledger.append(new LedgerEvent.Rented(
                    asked.at(),
                    asked.intent(),
                    pod.id().value(),
                    pod.hourlyPriceUsd().max(asked.hourlyPriceUsd()),
                    pod.dataCenter()));
        } catch (ProblemException e) {
            // The pod is to end even where nothing can be written any more.
        }
        return end(attempt.intent(), pod.id(), expendable);
    }

    /** A pod may be unknown for a while after its create: so long, its absence is no proof that it is gone. */
    private void terminate(String intent, PodId pod) throws InterruptedException {
        Instant believed = rentedAt(intent).plus(cloud.appearanceLimit());
        while (!pods.terminate(pod) && time.now().isBefore(believed)) {
            time.sleep(pods.pollPause(LOOK_AGAIN));
        }
    }

    private Instant rentedAt(String intent) {
        return ledger.state()
                .flatMap(state -> state.attempt(intent))
                .map(attempt -> attempt.rented() == null
                        ? attempt.intended().at()
                        : attempt.rented().at())
                .orElse(Instant.MIN);
    }

    private static String notEnded(PodId pod, String reason) {
        return "pod " + pod + " could not be ended (" + reason
                + ") and may be billed: its guard ends it when BOOT_GRACE"
                + " is over; 'pod-train stop' or RunPod's console end it now";
    }

    /** The same failure, with a true account of what it leaves behind. */
    static RuntimeException leaving(RuntimeException failure, String left) {
        return failure instanceof ProblemException known
                ? new ProblemException(known.problem().leaving(left), known)
                : failure;
    }
}
