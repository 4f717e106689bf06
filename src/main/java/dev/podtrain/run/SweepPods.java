package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.Records;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import dev.podtrain.pod.PodStatus;
import dev.podtrain.run.CareOperations.Swept;
import dev.podtrain.run.CareOperations.Swept.Result;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds and ends this program's pods over a whole account, whichever machine rented them. */
final class SweepPods {
    private static final String NAME_PREFIX = "pod-train-";
    private static final BigDecimal HOURS_PER_DAY = BigDecimal.valueOf(24);
    private static final Duration END_LIMIT = Duration.ofMinutes(1);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final Cloud cloud;
    private final PodApi pods;
    private final Records records;
    private final Time time;
    private final Progress progress;

    SweepPods(Cloud cloud, Records records, Time time, Progress progress) {
        this.cloud = cloud;
        this.pods = cloud.pods();
        this.records = records;
        this.time = time;
        this.progress = progress;
    }

    List<FoundPod> find() throws InterruptedException {
        return pods.list().stream()
                .filter(pod -> looksLikeOurs(pod) && pod.status() != PodStatus.TERMINATED)
                .map(this::found)
                .toList();
    }

    private static boolean looksLikeOurs(Pod pod) {
        return pod.name().startsWith(NAME_PREFIX) || pod.env().containsKey(PodEnvironment.RUN);
    }

    /** The run of a pod that has both our name and our variables: anybody can give a pod such a name. */
    private static Optional<RunId> runOf(Pod pod) {
        String run = pod.env().getOrDefault(PodEnvironment.RUN, "");
        return pod.name().startsWith(NAME_PREFIX)
                        && RunId.isValid(run)
                        && pod.intent().isPresent()
                ? Optional.of(new RunId(run))
                : Optional.empty();
    }

    private FoundPod found(Pod pod) {
        Optional<RunId> run = runOf(pod);
        Optional<Attempt> attempt = run.flatMap(id -> attemptOf(pod, id));
        boolean running = Survey.isAlive(pod);
        return new FoundPod(
                pod.id().value(),
                pod.name(),
                run.isPresent(),
                run.map(RunId::value).orElse(null),
                run.isPresent() ? PodEnvironment.attemptOf(pod) : 0,
                pod.status().name().toLowerCase(Locale.ROOT),
                pod.createdAt(),
                pod.hourlyPriceUsd(),
                pod.hourlyPriceUsd().multiply(HOURS_PER_DAY).add(pod.disks().dailyUsd(running)),
                attempt.isPresent(),
                PodEnvironment.isExpendable(pod),
                activity(running, run, attempt));
    }

    private Optional<Attempt> attemptOf(Pod pod, RunId run) {
        return records.of(run)
                .ledger(run)
                .state()
                .flatMap(state -> state.attempt(pod.intent().orElse("")));
    }

    private FoundPod.Activity activity(boolean running, Optional<RunId> run, Optional<Attempt> attempt) {
        if (!running) {
            return FoundPod.Activity.STOPPED;
        }
        if (run.filter(id -> records.of(id).isBeingLaunched(id)).isPresent()) {
            return FoundPod.Activity.LAUNCHING;
        }
        if (attempt.isEmpty()) {
            return FoundPod.Activity.UNKNOWN;
        }
        return attempt.get().phase() == Attempt.Phase.TRAINING ? FoundPod.Activity.TRAINING : FoundPod.Activity.IDLE;
    }

    /** Ends one pod; what keeps it from ending is the result, not an exception. */
    Swept end(String podId, boolean terminate, boolean all) throws InterruptedException {
        try {
            Optional<Pod> pod = pods.find(new PodId(podId));
            if (pod.isEmpty()) {
                return new Swept(podId, "", Result.SKIPPED, "it is gone");
            }
            return end(pod.get(), terminate, all);
        } catch (ProblemException e) {
            return new Swept(
                    podId,
                    "",
                    Result.FAILED,
                    e.problem().what() + ": " + e.problem().why());
        }
    }

    @SuppressWarnings("try") // the lock is only held
    private Swept end(Pod pod, boolean terminate, boolean all) throws InterruptedException {
        Optional<RunId> run = runOf(pod);
        if (run.isEmpty()) {
            return swept(pod, Result.SKIPPED, "it is not ours: only its name looks like it");
        }
        if (!Survey.isAlive(pod) && !terminate) {
            return swept(pod, Result.SKIPPED, "it is stopped already; --terminate deletes it");
        }
        if (terminate && !PodEnvironment.isExpendable(pod) && !all) {
            return swept(pod, Result.SKIPPED, "its own disk may hold data that is nowhere else; --all deletes it too");
        }
        Optional<Attempt> attempt = attemptOf(pod, run.get());
        if (attempt.isEmpty()) {
            return end(pod, run.get(), null, terminate, all);
        }
        Optional<RunStore.LaunchLock> lock = records.of(run.get()).tryLock(run.get());
        if (lock.isEmpty()) {
            return all
                    ? end(pod, run.get(), attempt.get(), terminate, true)
                    : swept(pod, Result.SKIPPED, "a command on this machine is launching it; --all ends it too");
        }
        try (RunStore.LaunchLock held = lock.get()) {
            return end(pod, run.get(), attempt.get(), terminate, all);
        }
    }

    private Swept end(Pod pod, RunId run, @Nullable Attempt attempt, boolean terminate, boolean all)
            throws InterruptedException {
        AskPod trainer = new AskPod(cloud, records.of(run), time);
        boolean training = attempt != null && attempt.phase() == Attempt.Phase.TRAINING;
        if (Survey.isAlive(pod) && !all) {
            if (attempt == null) {
                return swept(pod, Result.SKIPPED, "another machine launched it and it may train; --all ends it too");
            }
            // A launch that was killed in mid-start may have left a training that this ledger does not know.
            if (training || trainer.isTraining(pod, run)) {
                return swept(pod, Result.SKIPPED, "a training is under way; --all ends it too");
            }
        }
        if (Survey.isAlive(pod) && all) {
            progress.report("asking the trainer on pod " + pod.id() + " to save");
            trainer.stop(pod, run).ifPresent(why -> progress.warn("pod " + pod.id() + ": " + why));
        }
        progress.report((terminate ? "terminating pod " : "stopping pod ") + pod.id());
        boolean terminated = endPod(pod, terminate);
        return record(pod, run, attempt, terminated);
    }

    /** Whether the pod was terminated; a stop that is refused becomes that where the data is on a network volume. */
    private boolean endPod(Pod pod, boolean terminate) throws InterruptedException {
        if (terminate) {
            pods.terminate(pod.id());
            return true;
        }
        try {
            pods.stop(pod.id());
            return false;
        } catch (ProblemException e) {
            if (!PodEnvironment.isExpendable(pod)) {
                throw e;
            }
            progress.warn("pod " + pod.id() + " cannot be stopped ("
                    + e.problem().why() + "): terminating it, its data is on the network volume");
            pods.terminate(pod.id());
            return true;
        }
    }

    private Swept record(Pod pod, RunId run, @Nullable Attempt attempt, boolean terminated)
            throws InterruptedException {
        if (!isSeenToEnd(pod.id())) {
            return swept(
                    pod, Result.FAILED, "the provider accepted its end but still shows it: look again in a minute");
        }
        if (attempt != null) {
            Ledger ledger = records.of(run).ledger(run);
            if (attempt.phase() == Attempt.Phase.TRAINING) {
                ledger.append(new LedgerEvent.Ended(time.now(), attempt.intent(), EndReason.STOPPED, null));
            }
            String how = terminated ? "terminated" : "stopped";
            ledger.append(new LedgerEvent.PodEnded(
                    time.now(), attempt.intent(), pod.id().value(), how));
        }
        return terminated
                ? swept(pod, Result.TERMINATED, "deleted")
                : swept(pod, Result.STOPPED, "its GPU is not billed any more");
    }

    private boolean isSeenToEnd(PodId id) throws InterruptedException {
        Deadline deadline = Deadline.in(time, END_LIMIT);
        while (true) {
            if (pods.find(id).filter(Survey::isAlive).isEmpty()) {
                return true;
            }
            if (deadline.hasPassed()) {
                return false;
            }
            deadline.pause(pods.pollPause(LOOK_AGAIN));
        }
    }

    private static Swept swept(Pod pod, Result result, String detail) {
        return new Swept(pod.id().value(), pod.name(), result, detail);
    }
}
