package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodId;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The main job, second half: brings one run to a training that runs, follows it to its end, and begins again where a pod
 * was lost. Doing it again is always safe: a training under way is followed, a finished one costs nothing.
 */
final class ConductRun {
    private final RunSpec spec;
    private final NetworkVolume volume;
    private final Cloud cloud;
    private final RunStore store;
    private final Ledger ledger;
    private final Survey survey;
    private final MakePlan makePlan;
    private final StoppedPod stoppedPod;
    private final Supplier<String> newIntent;
    private final Time time;
    private final RunListener listener;

    /** Up to here the log was on this machine before this command, or has been shown by it. */
    private long shown;

    ConductRun(
            RunSpec spec,
            NetworkVolume volume,
            Cloud cloud,
            RunStore store,
            Supplier<String> newIntent,
            Time time,
            RunListener listener) {
        this.spec = spec;
        this.volume = volume;
        this.cloud = cloud;
        this.store = store;
        this.ledger = store.ledger(spec.run());
        this.survey = new Survey(cloud, store, spec.run(), time);
        this.makePlan = new MakePlan(cloud);
        this.stoppedPod = new StoppedPod(spec, cloud, ledger, listener);
        this.newIntent = newIntent;
        this.time = time;
        this.listener = listener;
    }

    Outcome conduct() throws InterruptedException {
        shown = new LogCopy(store.logCopy(spec.run())).size();
        Optional<LivePod> live = survey.livePod(listener);
        Optional<Attempt> last = lastAttempt();
        Optional<Pod> stopped = live.isPresent() || isFinished(last) ? Optional.empty() : stoppedPod.find();
        Plan plan = makePlan.plan(spec, volume, last, live, stopped);
        live.ifPresent(pod -> new LeftUndone(spec).by(pod).forEach(listener::warn));
        if (spec.request().dryRun()) {
            return new Outcome.Planned(plan);
        }
        if (!listener.planned(plan)) {
            return new Outcome.Declined();
        }
        if (plan.action() == Plan.Action.NOTHING) {
            return finishedBefore(last.orElseThrow());
        }
        cloud.ssh().warmUp();
        BringUp.Result result = bringUp(plan, stopped);
        if (result instanceof BringUp.Result.FinishedBefore finished) {
            return finishedBefore(finished.attempt());
        }
        StagedPod pod = ((BringUp.Result.Running) result).pod();
        if (spec.request().detach()) {
            pod.session().close();
            return new Outcome.Detached(
                    spec.run(), pod.pod().id().value(), pod.attempt().hourlyPriceUsd());
        }
        return followToTheEnd(pod);
    }

    /** Follows attempt after attempt until one ends that is not to be followed by another. */
    private Outcome followToTheEnd(StagedPod first) throws InterruptedException {
        Recovery recovery =
                new Recovery(spec.settings().retries(), spec.request().mayAsk());
        StagedPod pod = first;
        while (true) {
            LedgerEvent.Ended ended;
            try {
                ended = follow(pod, recovery.isAutomatic());
            } catch (InterruptedException e) {
                return new Outcome.Interrupted(
                        spec.run(), pod.pod().id().value(), pod.attempt().hourlyPriceUsd());
            }
            Attempt attempt = seeToTheEndOf(pod);
            Outcome outcome = new Outcome.Ended(Receipts.of(store, attempt, spec, time.now()));
            Optional<Recovery.Again> again = recovery.after(ended);
            if (again.isEmpty() || attempt.podEnded() == null) {
                return outcome;
            }
            Recovery.Again next = again.get();
            if (next.ask() && !listener.resumes("attempt " + attempt.number() + ": " + next.reason())) {
                return outcome;
            }
            BringUp.Result result = resume(attempt, next);
            if (result instanceof BringUp.Result.FinishedBefore finished) {
                return finishedBefore(finished.attempt());
            }
            pod = ((BringUp.Result.Running) result).pod();
        }
    }

    private LedgerEvent.Ended follow(StagedPod pod, boolean leaveUnreachable) throws InterruptedException {
        PodId id = pod.pod().id();
        LogCopy copy = new LogCopy(store.logCopy(spec.run()));
        StepRate rate = new StepRate(pod.attempt().hourlyPriceUsd(), time);
        try (PodSessions sessions =
                new PodSessions(cloud.pods(), id, pod.connection(), pod.session(), leaveUnreachable, time, listener)) {
            listener.phase(Phase.FOLLOW, "following the log of pod " + id);
            // Another terminal may have fetched some of it meanwhile.
            copy.read(shown, this::show);
            return new FollowRun(cloud, ledger, copy, time)
                    .follow(pod.attempt(), spec.remote(), sessions, (offset, bytes, length) -> {
                        show(offset, bytes, length);
                        rate.accept(bytes, length).ifPresent(listener::forecast);
                    });
        }
    }

    private void show(long offset, byte[] bytes, int length) {
        listener.log(offset, bytes, length);
        shown = offset + length;
    }

    /** The pod has ended, or the user is told that this was not seen. */
    private Attempt seeToTheEndOf(StagedPod pod) {
        PodId id = pod.pod().id();
        EndPod endPod = new EndPod(cloud.pods(), ledger, time, listener);
        try {
            Attempt attempt = current(pod.attempt());
            if (attempt.ended() != null && attempt.ended().reason() == EndReason.UNREACHABLE) {
                listener.phase(Phase.END, "ending pod " + id + ", which does not answer");
                endPod.endNow(attempt, pod.expendable());
            } else if (!PodEnvironment.isKept(pod.pod())) {
                listener.phase(Phase.END, "waiting for pod " + id + " to stop");
                endPod.awaitGuard(attempt);
            }
        } catch (ProblemException e) {
            listener.warn("the end of pod " + id + " was not seen ("
                    + e.problem().why() + "): its guard ends it, 'pod-train status' shows it");
        } catch (InterruptedException e) {
            listener.warn("did not wait for the end of pod " + id + ": its guard ends it, 'pod-train status' shows it");
        }
        return current(pod.attempt());
    }

    /** Another pod for a run whose last one is known to have ended. */
    private BringUp.Result resume(Attempt lost, Recovery.Again again) throws InterruptedException {
        try {
            listener.phase(
                    Phase.RECOVER,
                    "attempt " + lost.number() + ": " + again.reason() + "; the next one starts "
                            + (again.pause().isZero() ? "now" : "in " + Durations.text(again.pause()))
                            + " and resumes from the newest whole checkpoint");
            time.sleep(cloud.pods().pollPause(again.pause()));
            Optional<Pod> stopped = stoppedPod.find();
            return bringUp(makePlan.plan(spec, volume, lastAttempt(), Optional.empty(), stopped), stopped);
        } catch (InterruptedException e) {
            throw new LaunchCancelledException("nothing is rented; the same command resumes the run");
        }
    }

    /** Two commands at once give one pod: the second waits for the lock and then joins. */
    @SuppressWarnings("try") // the lock is only held
    private BringUp.Result bringUp(Plan plan, Optional<Pod> stopped) throws InterruptedException {
        try (RunStore.LaunchLock lock = new AwaitLaunchLock(store, spec.run(), time).await(listener)) {
            define();
            BringUp bringUp = new BringUp(spec, cloud, ledger, store, makePlan, volume, newIntent, time, listener);
            // Another terminal may have launched it, and even finished it, while this one asked or waited.
            Optional<LivePod> live = survey.livePodUnderLock(listener);
            if (live.isPresent()) {
                BringUp.Result joined = bringUp.join(live.get());
                if (!(joined instanceof BringUp.Result.EndedMeanwhile)) {
                    return joined;
                }
                survey.livePodUnderLock(listener);
            }
            Optional<Attempt> last = lastAttempt();
            if (isFinished(last)) {
                return new BringUp.Result.FinishedBefore(last.orElseThrow());
            }
            if (plan.offers().isEmpty()) {
                throw changedMeanwhile();
            }
            return bringUp.launch(plan, stopped);
        }
    }

    private void define() {
        LedgerEvent.Defined now = new LedgerEvent.Defined(
                time.now(),
                spec.run(),
                spec.request().projectDir().toString(),
                spec.config().path(),
                spec.config().outputDir(),
                spec.volumeId(),
                spec.settings().training().projectDir(),
                spec.local());
        Optional<LedgerEvent.Defined> known = ledger.state().map(RunState::definition);
        if (known.isPresent() && !known.get().projectPath().equals(now.projectPath())) {
            listener.warn("this run was last launched from " + known.get().projectPath()
                    + "; if that is another project, give one of them a PROJECT_DIR of its own");
        }
        if (known.isEmpty() || !known.get().describesSameAs(now)) {
            ledger.append(now);
        }
    }

    private Optional<Attempt> lastAttempt() {
        return ledger.state().flatMap(RunState::current);
    }

    private boolean isFinished(Optional<Attempt> last) {
        return last.isPresent() && MakePlan.isFinishedUnchanged(last.get(), spec);
    }

    private Attempt current(Attempt attempt) {
        return ledger.state().flatMap(state -> state.attempt(attempt.intent())).orElseThrow();
    }

    private Outcome finishedBefore(Attempt attempt) {
        return new Outcome.AlreadyFinished(Receipts.of(store, attempt, spec, time.now()));
    }

    private static ProblemException changedMeanwhile() {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "the run's pod ended while this command was getting ready to join it",
                "the plan was to follow a pod that is not there any more",
                "run the same command again",
                "nothing was rented"));
    }
}
