package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.config.CodeSync;
import dev.podtrain.config.Settings;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.config.TrainingConfig;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodId;
import dev.podtrain.ssh.SshClient;
import dev.podtrain.ssh.SshKeys;
import dev.podtrain.transfer.CodeTree;
import dev.podtrain.transfer.GitCheckout;
import dev.podtrain.transfer.GitHead;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The main job: from a config to a running training that is followed to its end. Running it again is always safe: a
 * training under way is followed, a finished one costs nothing, a lost one is resumed on a new pod.
 */
public final class LaunchRun {
    private static final Duration LOCK_PAUSE = Duration.ofMillis(200);
    private static final Duration LOCK_LIMIT = Duration.ofMinutes(30);

    private final SettingsLoader settingsLoader;
    private final CloudAccess clouds;
    private final RunStore store;
    private final Supplier<String> newIntent;
    private final Time time;

    /**
     * The main job with its collaborators.
     *
     * @param newIntent gives 16 random hex digits, each time others
     */
    public LaunchRun(
            SettingsLoader settingsLoader, CloudAccess clouds, RunStore store, Supplier<String> newIntent, Time time) {
        this.settingsLoader = settingsLoader;
        this.clouds = clouds;
        this.store = store;
        this.newIntent = newIntent;
        this.time = time;
    }

    /** Does what the request says; see {@link RunOperations#launch}. */
    public Outcome launch(LaunchRequest request, RunListener listener) throws InterruptedException {
        listener.phase(Phase.PLAN, "reading settings and config");
        Settings settings = settingsLoader.load(request.projectDir(), request.flags(), request.local());
        settings.warnings().forEach(listener::warn);
        if (settings.pod().sshKeyPath() != null) {
            SshKeys.check(settings.pod().sshKeyPath());
        }
        TrainingConfig config = TrainingConfig.read(request.projectDir(), request.config(), settings.training());
        try (Cloud cloud = clouds.open(settings, request.local(), listener)) {
            MakePlan makePlan = new MakePlan(cloud);
            NetworkVolume volume = makePlan.volume(settings);
            RunSpec spec = describe(request, settings, config, volume, listener);
            return launch(spec, makePlan, volume, cloud, listener);
        } catch (LaunchCancelledException e) {
            return new Outcome.Cancelled(null, e.left());
        }
    }

    private Outcome launch(RunSpec spec, MakePlan makePlan, NetworkVolume volume, Cloud cloud, RunListener listener)
            throws InterruptedException {
        Ledger ledger = store.ledger(spec.run());
        Survey survey = new Survey(cloud, store, spec.run(), time);
        Optional<LivePod> live = survey.livePod(listener);
        Optional<Attempt> last = ledger.state().flatMap(RunState::current);
        boolean needsPod = live.isEmpty()
                && last.filter(a -> MakePlan.isFinishedUnchanged(a, spec)).isEmpty();
        Optional<Pod> stopped = needsPod ? stoppedPod(spec, cloud, ledger, listener) : Optional.empty();
        Plan plan = makePlan.plan(spec, volume, last, live, stopped);
        if (spec.request().dryRun()) {
            return new Outcome.Planned(plan);
        }
        if (!listener.planned(plan)) {
            return new Outcome.Declined();
        }
        if (plan.action() == Plan.Action.NOTHING) {
            return new Outcome.AlreadyFinished(Receipts.of(store, last.orElseThrow(), spec, time.now()));
        }
        try (SshClient ssh = new SshClient(time)) {
            warmUp(ssh);
            BringUp.Result result = bringUp(spec, plan, stopped, survey, cloud, ledger, ssh, listener);
            if (result instanceof BringUp.Result.FinishedBefore finished) {
                return new Outcome.AlreadyFinished(Receipts.of(store, finished.attempt(), spec, time.now()));
            }
            StagedPod pod = ((BringUp.Result.Running) result).pod();
            if (spec.request().detach()) {
                pod.session().close();
                return new Outcome.Detached(
                        spec.run(), pod.pod().id().value(), pod.attempt().hourlyPriceUsd());
            }
            return follow(spec, pod, cloud, ledger, listener);
        }
    }

    /** Two commands at once give one pod: the second waits here and then joins. */
    @SuppressWarnings("try") // the lock is only held
    private BringUp.Result bringUp(
            RunSpec spec,
            Plan plan,
            Optional<Pod> stopped,
            Survey survey,
            Cloud cloud,
            Ledger ledger,
            SshClient ssh,
            RunListener listener)
            throws InterruptedException {
        try (RunStore.LaunchLock lock = awaitLock(spec.run(), listener)) {
            define(spec, ledger, listener);
            BringUp bringUp = new BringUp(spec, cloud, ledger, ssh, privateKey(spec), newIntent, time, listener);
            // Another terminal may have launched it, and even finished it, while this one asked or waited.
            Optional<LivePod> live = survey.livePodUnderLock(listener);
            if (live.isPresent()) {
                BringUp.Result joined = bringUp.join(live.get());
                if (!(joined instanceof BringUp.Result.EndedMeanwhile)) {
                    return joined;
                }
                survey.livePodUnderLock(listener);
            }
            Optional<Attempt> last = ledger.state().flatMap(RunState::current);
            if (last.isPresent() && MakePlan.isFinishedUnchanged(last.get(), spec)) {
                return new BringUp.Result.FinishedBefore(last.get());
            }
            if (plan.offers().isEmpty()) {
                throw changedMeanwhile();
            }
            return bringUp.launch(plan, stopped);
        }
    }

    private Outcome follow(RunSpec spec, StagedPod pod, Cloud cloud, Ledger ledger, RunListener listener) {
        PodId id = pod.pod().id();
        Attempt attempt = pod.attempt();
        LogCopy copy = new LogCopy(store.logCopy(spec.run()));
        try (PodSessions sessions =
                new PodSessions(cloud.pods(), id, pod.connection(), pod.session(), time, listener)) {
            listener.phase(Phase.FOLLOW, "following the log of pod " + id);
            new FollowRun(cloud.pods(), ledger, copy, time).follow(attempt, spec.remote(), sessions, listener::log);
        } catch (InterruptedException e) {
            return new Outcome.Interrupted(spec.run(), id.value(), attempt.hourlyPriceUsd());
        }
        try {
            if (!PodEnvironment.isKept(pod.pod())) {
                listener.phase(Phase.END, "waiting for pod " + id + " to stop");
                new EndPod(cloud.pods(), ledger, time, listener).awaitGuard(attempt);
            }
        } catch (ProblemException e) {
            listener.warn("the end of pod " + id + " was not seen ("
                    + e.problem().why() + "): its guard ends it, 'pod-train status' shows it");
        } catch (InterruptedException e) {
            listener.warn("did not wait for the end of pod " + id + ": its guard ends it, 'pod-train status' shows it");
        }
        Attempt ended =
                ledger.state().flatMap(state -> state.attempt(attempt.intent())).orElseThrow();
        return new Outcome.Ended(Receipts.of(store, ended, spec, time.now()));
    }

    private RunSpec describe(
            LaunchRequest request, Settings settings, TrainingConfig config, NetworkVolume volume, RunListener listener)
            throws InterruptedException {
        String remoteProject = settings.training().projectDir();
        RunId run = RunId.of(volume.id(), remoteProject, config.outputDir());
        store.prepare(run);
        CodeTree tree =
                CodeTree.scan(request.projectDir(), List.of(config.outputDir()), store.codeHashes(run), listener);
        GitHead checkout = settings.training().codeSync() == CodeSync.GIT
                ? new GitCheckout().localHead(request.projectDir())
                : null;
        String commit = GitCheckout.commitOf(request.projectDir()).orElse("");
        return new RunSpec(run, request, settings, config, tree, volume.id(), checkout, commit);
    }

    private void define(RunSpec spec, Ledger ledger, RunListener listener) {
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

    /** The stopped pod that the user named with POD_ID, or that this run had last, if it can be started for this run. */
    private static Optional<Pod> stoppedPod(RunSpec spec, Cloud cloud, Ledger ledger, RunListener listener)
            throws InterruptedException {
        Optional<String> named = spec.local()
                ? ledger.state().flatMap(RunState::current).flatMap(Attempt::podId)
                : Optional.ofNullable(spec.settings().account().podId());
        if (named.isEmpty()) {
            return Optional.empty();
        }
        Optional<Pod> pod = cloud.pods().find(new PodId(named.get()));
        if (pod.isEmpty()) {
            listener.report("pod " + named.get() + " is gone: a new one will be rented");
            return Optional.empty();
        }
        if (!pod.get().status().isEnded()) {
            listener.warn("POD_ID=" + named.get() + " runs something else than this run and is left alone");
            return Optional.empty();
        }
        if (!spec.settings().pod().gpuTypes().contains(pod.get().gpuId())) {
            listener.warn("pod " + named.get() + " has " + pod.get().gpuId()
                    + ", which GPU_TYPE does not name: a new one will be rented; the old one's disks are billed until"
                    + " it is terminated");
            return Optional.empty();
        }
        return pod;
    }

    private RunStore.LaunchLock awaitLock(RunId run, RunListener listener) throws InterruptedException {
        Deadline deadline = Deadline.in(time, LOCK_LIMIT);
        boolean told = false;
        while (true) {
            Optional<RunStore.LaunchLock> lock = store.tryLock(run);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (deadline.hasPassed()) {
                throw new ProblemException(new Problem(
                        Problem.Kind.FAILED,
                        "another pod-train has been launching this run for " + Durations.text(LOCK_LIMIT),
                        "it holds " + store.directory(run).resolve("launch.lock"),
                        "look at that terminal, or end that process",
                        "this command has rented nothing"));
            }
            if (!told) {
                listener.report("another pod-train is launching this run: waiting to join it");
                told = true;
            }
            deadline.pause(LOCK_PAUSE);
        }
    }

    private Path privateKey(RunSpec spec) {
        Path own = spec.settings().pod().sshKeyPath();
        return own == null ? store.privateKey(spec.run()) : own;
    }

    /** Loads the SSH classes while the pod boots; measured, it takes 0.2 s off a launch. */
    private static void warmUp(SshClient ssh) {
        Thread thread = new Thread(ssh::warmUp, "ssh-warm-up");
        thread.setDaemon(true);
        thread.start();
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
