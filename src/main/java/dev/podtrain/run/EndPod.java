package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import dev.podtrain.pod.PodStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * Sees to it that a pod whose training is over has ended: waits for its guard to end it, and ends it from here if the
 * guard does not.
 */
final class EndPod {
    /** Two of the guard's rounds, the provider's own delay, and some air. */
    private static final Duration GUARD_LIMIT = Duration.ofMinutes(2);

    private static final Duration OWN_LIMIT = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final PodApi pods;
    private final Ledger ledger;
    private final Time time;
    private final Progress progress;

    EndPod(PodApi pods, Ledger ledger, Time time, Progress progress) {
        this.pods = pods;
        this.ledger = ledger;
        this.time = time;
        this.progress = progress;
    }

    /** Waits for the guard, then ends the pod from here; records the end when it was seen. */
    void awaitGuard(Attempt attempt) throws InterruptedException {
        PodId pod = new PodId(attempt.podId().orElseThrow());
        if (awaitEnd(attempt, pod, GUARD_LIMIT)) {
            return;
        }
        progress.warn(
                "the guard has not ended pod " + pod + " in " + Durations.text(GUARD_LIMIT) + ": ending it from here");
        endNow(attempt, false);
    }

    /**
     * Ends the pod now and waits until the provider shows it as ended.
     *
     * @return whether the end was seen
     */
    boolean endNow(Attempt attempt, boolean terminate) throws InterruptedException {
        PodId pod = new PodId(attempt.podId().orElseThrow());
        if (terminate) {
            pods.terminate(pod);
        } else {
            stopOrTerminate(pod);
        }
        return awaitEnd(attempt, pod, OWN_LIMIT);
    }

    /** A stop that is refused becomes a terminate where the data is on a network volume. */
    private void stopOrTerminate(PodId pod) throws InterruptedException {
        try {
            pods.stop(pod);
        } catch (ProblemException e) {
            if (pods.find(pod).filter(PodEnvironment::isExpendable).isEmpty()) {
                throw e;
            }
            progress.warn("pod " + pod + " cannot be stopped (" + e.problem().why()
                    + "): terminating it, its data is on the network volume");
            pods.terminate(pod);
        }
    }

    private boolean awaitEnd(Attempt attempt, PodId id, Duration limit) throws InterruptedException {
        Deadline deadline = Deadline.in(time, limit);
        Duration pause = PAUSE;
        while (true) {
            Optional<Pod> pod = pods.find(id);
            if (pod.isEmpty() || pod.get().status().isEnded()) {
                String how = pod.isPresent() && pod.get().status() == PodStatus.EXITED ? "stopped" : "terminated";
                ledger.append(new LedgerEvent.PodEnded(time.now(), attempt.intent(), id.value(), how));
                return true;
            }
            if (deadline.hasPassed()) {
                return false;
            }
            deadline.pause(pods.pollPause(pause));
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }
}
