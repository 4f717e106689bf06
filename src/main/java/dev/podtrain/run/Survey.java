package dev.podtrain.run;

import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Brings a run's ledger up to date with what the provider shows: finds pods whose create was never answered, pods that
 * another machine rented for the same run, and pods that have ended meanwhile.
 */
final class Survey {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(3);

    private final Cloud cloud;
    private final PodApi pods;
    private final RunStore store;
    private final RunId run;
    private final Ledger ledger;
    private final Time time;

    Survey(Cloud cloud, RunStore store, RunId run, Time time) {
        this.cloud = cloud;
        this.pods = cloud.pods();
        this.store = store;
        this.run = run;
        this.ledger = store.ledger(run);
        this.time = time;
    }

    /**
     * The newest pod of the run that is alive. What else there is to know is settled in the ledger, unless somebody is
     * launching the run right now: that one's pod may be between two states, and only it knows which.
     */
    Optional<LivePod> livePod(Progress progress) throws InterruptedException {
        Optional<RunStore.LaunchLock> lock = store.tryLock(run);
        if (lock.isEmpty()) {
            return newestAlive(pods.list(), progress);
        }
        try {
            return livePodUnderLock(progress);
        } finally {
            lock.get().close();
        }
    }

    /** The same for the holder of the launch lock. */
    Optional<LivePod> livePodUnderLock(Progress progress) throws InterruptedException {
        List<Pod> all = new ArrayList<>(pods.list());
        for (Attempt attempt : attempts()) {
            if (attempt.phase() == Attempt.Phase.INTENDED) {
                lookUp(attempt, all, progress);
            } else if (attempt.mayBeBilled() && podOf(attempt, all).isEmpty()) {
                settle(attempt, all);
            }
        }
        adoptFromElsewhere(all, progress);
        return newestAlive(all, progress);
    }

    private Optional<LivePod> newestAlive(List<Pod> all, Progress progress) {
        Optional<LivePod> newest = Optional.empty();
        for (Attempt attempt : attempts()) {
            Optional<Pod> pod = attempt.mayBeBilled() ? podOf(attempt, all) : Optional.empty();
            if (pod.isEmpty()) {
                continue;
            }
            newest.ifPresent(older -> progress.warn("pod " + older.pod().id() + " of attempt "
                    + older.attempt().number() + " is still there beside pod "
                    + pod.get().id() + " and is billed: end it in RunPod's console, or with 'pod-train stop' later"));
            newest = Optional.of(new LivePod(rented(attempt, pod.get()), pod.get()));
        }
        return newest;
    }

    /** The attempt with its pod on record: whoever launches it may not have come to write that down yet. */
    private Attempt rented(Attempt attempt, Pod pod) {
        if (attempt.rented() != null) {
            return attempt;
        }
        ledger.append(rented(attempt.intent(), pod, time.now()));
        return ledger.state().flatMap(state -> state.attempt(attempt.intent())).orElseThrow();
    }

    private List<Attempt> attempts() {
        return ledger.state().map(RunState::attempts).orElse(List.of());
    }

    /** The attempt's pod if it is alive and has not been started for another attempt meanwhile. */
    private static Optional<Pod> podOf(Attempt attempt, List<Pod> all) {
        return all.stream()
                .filter(pod -> isAlive(pod) && pod.intent().equals(Optional.of(attempt.intent())))
                .findFirst();
    }

    /** A pod in error, or in a state this version does not know, is not known to be free of charge: it counts as alive. */
    static boolean isAlive(Pod pod) {
        return !pod.status().isEnded();
    }

    /** Finds out what became of a create or start whose answer this machine never saw. */
    private void lookUp(Attempt attempt, List<Pod> all, Progress progress) throws InterruptedException {
        Optional<Pod> pod = withIntent(attempt.intent(), all);
        Duration remaining = cloud.appearanceLimit().minus(age(attempt));
        if (pod.isEmpty() && remaining.toSeconds() > 0) {
            progress.warn("an earlier launch was cut short before the provider's answer: looking for its pod for "
                    + Durations.text(remaining));
        }
        while (pod.isEmpty() && age(attempt).compareTo(cloud.appearanceLimit()) < 0) {
            time.sleep(pods.pollPause(LOOK_AGAIN));
            pod = pods.findByIntent(attempt.intent());
            pod.ifPresent(all::add);
        }
        if (pod.isPresent()) {
            ledger.append(rented(attempt.intent(), pod.get(), time.now()));
            if (!isAlive(pod.get())) {
                ledger.append(new LedgerEvent.PodEnded(
                        time.now(), attempt.intent(), pod.get().id().value(), statusWord(pod.get())));
            }
        } else {
            ledger.append(new LedgerEvent.Refused(
                    time.now(), attempt.intent(), "no pod appeared; the answer to the request was never seen"));
        }
    }

    private static Optional<Pod> withIntent(String intent, List<Pod> all) {
        return all.stream()
                .filter(pod -> pod.intent().equals(Optional.of(intent)))
                .findFirst();
    }

    private Duration age(Attempt attempt) {
        return Duration.between(attempt.intended().at(), time.now());
    }

    /** Records the end of an attempt whose pod does not run any more. */
    private void settle(Attempt attempt, List<Pod> all) throws InterruptedException {
        PodId id = new PodId(attempt.podId().orElseThrow());
        Optional<Pod> listed = all.stream().filter(p -> p.id().equals(id)).findFirst();
        // A list may lag behind a create: absence is believed only when the pod itself is not to be had.
        Optional<Pod> pod = listed.isPresent() ? listed : findIfThere(id, attempt);
        if (pod.isPresent() && isAlive(pod.get()) && listed.isEmpty()) {
            all.add(pod.get());
            return;
        }
        Optional<GuardLog.Told> told =
                pod.isEmpty() ? Optional.empty() : new GuardLog(pods, time).told(id, attempt.intent());
        if (attempt.ended() == null && told.isPresent()) {
            ledger.append(told.get().ended());
        } else if (attempt.ended() == null && attempt.started() != null) {
            ledger.append(new LedgerEvent.Ended(time.now(), attempt.intent(), EndReason.LOST, null));
        }
        // The guard ended the pod with its last word: later costs did not arise.
        Instant at = told.map(GuardLog.Told::lastWord).orElse(time.now());
        String how = pod.map(Survey::statusWord).orElse("gone");
        ledger.append(new LedgerEvent.PodEnded(at, attempt.intent(), id.value(), how));
    }

    /** The pod itself, waited for as long as it may be so young that it does not show yet. */
    private Optional<Pod> findIfThere(PodId id, Attempt attempt) throws InterruptedException {
        Instant rented = Objects.requireNonNull(attempt.rented()).at();
        Optional<Pod> pod = pods.find(id);
        while (pod.isEmpty() && time.now().isBefore(rented.plus(cloud.appearanceLimit()))) {
            time.sleep(pods.pollPause(LOOK_AGAIN));
            pod = pods.find(id);
        }
        return pod;
    }

    private static String statusWord(Pod pod) {
        return switch (pod.status()) {
            case EXITED -> "stopped";
            case TERMINATED -> "terminated";
            case PROVISIONING, STARTING, RUNNING, ERROR, UNKNOWN -> "started for another attempt";
        };
    }

    /** A pod that was rented for this run without this machine knowing: by another one, or before its state was lost. */
    private void adoptFromElsewhere(List<Pod> all, Progress progress) {
        for (Pod pod : all) {
            Optional<String> intent = pod.intent();
            boolean ours = run.value().equals(pod.env().get(PodEnvironment.RUN));
            if (!ours || intent.isEmpty() || !isAlive(pod) || isKnown(intent.get())) {
                continue;
            }
            progress.report(
                    "found pod " + pod.id() + " of this run, rented from another machine or before this one forgot");
            Instant since = since(pod);
            ledger.append(new LedgerEvent.Intended(
                    since,
                    intent.get(),
                    PodEnvironment.attemptOf(pod),
                    pod.name(),
                    pod.gpuId(),
                    pod.gpuCount(),
                    Optional.ofNullable(pod.dataCenter()).orElse(""),
                    pod.hourlyPriceUsd(),
                    "",
                    "",
                    false,
                    pod.env().getOrDefault(PodEnvironment.ON_EXIT, "stop")));
            ledger.append(rented(intent.get(), pod, since));
        }
    }

    /** From when the pod is billed, as far as the provider says. */
    private Instant since(Pod pod) {
        return Optional.ofNullable(pod.startedAt())
                .or(() -> Optional.ofNullable(pod.createdAt()))
                .orElseGet(time::now);
    }

    private boolean isKnown(String intent) {
        return ledger.state().flatMap(state -> state.attempt(intent)).isPresent();
    }

    static LedgerEvent.Rented rented(String intent, Pod pod, Instant at) {
        BigDecimal price = pod.hourlyPriceUsd();
        return new LedgerEvent.Rented(at, intent, pod.id().value(), price, pod.dataCenter());
    }
}
