package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.config.LoggingDir;
import dev.podtrain.config.Settings;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.data.TransferListener;
import dev.podtrain.data.TransferReport;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.Pod;
import dev.podtrain.ssh.SshException;
import dev.podtrain.tunnel.FarEnd;
import dev.podtrain.tunnel.Tunnel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;

/** The use cases of {@link TunnelOperations}, over the pods of runs that this machine knows of. */
public final class Tunnels implements TunnelOperations {
    /** Between a pod that ended and the look whether the run has another one. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    /** A command that follows the run notices a lost pod, pauses, and rents another one, which has to boot. */
    private static final Duration NEXT_POD_LIMIT = Duration.ofMinutes(3);

    private static final Set<EndReason> REPLACED = Set.of(EndReason.LOST, EndReason.UNREACHABLE);

    private final Map<String, String> environment;
    private final CloudAccess clouds;
    private final RunStore store;
    private final ReachPod pods;
    private final LocalTensorboard localTensorboard;
    private final Time time;

    /**
     * Over the same collaborators as {@link Operations}.
     *
     * @param environment the process's own, or a test's
     * @param venv where to look for a TensorBoard of this machine that is not on the path: a Python environment
     */
    public Tunnels(Map<String, String> environment, CloudAccess clouds, RunStore store, Path venv, Time time) {
        this.environment = Map.copyOf(environment);
        this.clouds = clouds;
        this.store = store;
        this.pods = new ReachPod(environment, clouds, store, time);
        this.localTensorboard = new LocalTensorboard(environment, venv, time);
        this.time = time;
    }

    @Override
    public void tunnel(TunnelRequest request, TunnelListener listener) throws InterruptedException {
        RunState run = pods.find(request.selector());
        Optional<ReachPod.Reached> pod = pods.reach(run, listener);
        if (pod.isEmpty()) {
            throw noPod(run, "launch the run again: " + LaunchCommand.of(run.definition()));
        }
        carry(run, pod.get(), request.localPort(), session -> request.remotePort(), listener);
    }

    @Override
    public void tensorboard(TensorboardRequest request, TunnelListener listener) throws InterruptedException {
        RunState run = pods.find(request.selector());
        Settings settings = pods.settings(run);
        int port = settings.tensorboard().localPort();
        String folder = onPod(run.definition(), loggingDir(run.definition(), settings));
        Optional<ReachPod.Reached> pod = pods.reach(run, listener);
        if (pod.isEmpty()) {
            showWithoutPod(run, folder, port, listener);
            return;
        }
        FarEnd tensorboard = new StartTensorboard(RemoteRun.of(run.id()), folder, request.start(), time, listener);
        carry(run, pod.get(), port, tensorboard, listener);
    }

    /** Over S3, with a TensorBoard of this machine. */
    private void showWithoutPod(RunState run, String folder, int port, TunnelListener listener)
            throws InterruptedException {
        // Before anything is read that could not be shown.
        localTensorboard.find();
        Path events = store.directory(run.id()).resolve("events");
        WithoutPod withoutPod =
                new WithoutPod(clouds, pods, time, store.directory(run.id()).resolve("data-hashes"));
        TransferReport report = withoutPod
                .pullEvents(run, folder, events, new EventFiles(run, listener))
                .orElseThrow(() -> noPod(run, "run the same command again to read its event files without a pod"));
        report.omissions()
                .forEach(omission -> listener.warn("left out: " + omission.path() + ": " + omission.reason()));
        localTensorboard.show(events, port, listener);
    }

    /** Asks once it is known how much there is to read. */
    private record EventFiles(RunState run, TunnelListener listener) implements TransferListener {
        @Override
        public boolean compared(Comparison comparison) {
            return comparison.files() == 0
                    || listener.readsEventFiles(run.id().value(), comparison.files(), comparison.bytes());
        }

        @Override
        public void moved(Movement movement) {
            listener.report("reading event files: " + movement.files() + " of " + movement.totalFiles());
        }

        @Override
        public void report(String message) {
            listener.report(message);
        }

        @Override
        public void warn(String message) {
            listener.warn(message);
        }
    }

    @Override
    public void tensorboardHere(LocalRequest request, TunnelListener listener) throws InterruptedException {
        // As for the local cloud: this needs no account.
        Settings settings = new SettingsLoader(environment).load(request.projectDir(), Map.of(), true);
        localTensorboard.show(request.folder(), settings.tensorboard().localPort(), listener);
    }

    /** As the setting or the config says it: absolute, or relative to the project. */
    private static String loggingDir(LedgerEvent.Defined run, Settings settings) {
        String chosen = settings.tensorboard().loggingDir();
        return chosen != null
                ? chosen
                : LoggingDir.find(Path.of(run.projectPath()), run.config()).orElse(run.outputDir());
    }

    private static String onPod(LedgerEvent.Defined run, String folder) {
        return folder.startsWith("/") ? folder : RunSpec.WORKSPACE + "/" + run.remoteProject() + "/" + folder;
    }

    /** Until the run has no pod any more. */
    private void carry(RunState run, ReachPod.Reached first, int wantedPort, FarEnd farEnd, TunnelListener listener)
            throws InterruptedException {
        Optional<ReachPod.Reached> reached = Optional.of(first);
        try (Tunnel tunnel = Tunnel.listen(wantedPort, time)) {
            while (reached.isPresent()) {
                try (ReachPod.Reached pod = reached.get()) {
                    carry(run, pod, tunnel, wantedPort, farEnd, listener);
                }
                reached = next(run, listener);
            }
        }
    }

    /** The run's next pod, if the last one was lost and somebody replaces it. */
    private Optional<ReachPod.Reached> next(RunState run, TunnelListener listener) throws InterruptedException {
        Deadline deadline = Deadline.in(time, NEXT_POD_LIMIT);
        boolean told = false;
        while (true) {
            deadline.pause(LOOK_AGAIN);
            Optional<ReachPod.Reached> reached = pods.reach(run, listener);
            if (reached.isPresent() || deadline.hasPassed() || !mayBeReplaced(run)) {
                return reached;
            }
            if (!told) {
                listener.warn("the pod has ended: waiting for another pod of run " + run.id() + " for some minutes");
                told = true;
            }
        }
    }

    /** Nobody has said yet how it ended, or nobody knows. */
    private boolean mayBeReplaced(RunState run) {
        Optional<Attempt> current = store.ledger(run.id()).state().flatMap(RunState::current);
        LedgerEvent.Ended ended = current.map(Attempt::ended).orElse(null);
        return current.isPresent() && (ended == null || REPLACED.contains(ended.reason()));
    }

    private static void carry(
            RunState run,
            ReachPod.Reached reached,
            Tunnel tunnel,
            int wantedPort,
            FarEnd farEnd,
            TunnelListener listener)
            throws InterruptedException {
        Pod pod = reached.pod();
        IntConsumer onReady = remotePort -> listener.opened(new OpenPort.OnPod(
                tunnel.localPort(),
                wantedPort,
                remotePort,
                run.id().value(),
                pod.id().value(),
                pod.hourlyPriceUsd(),
                run.definition().local()));
        try {
            tunnel.carry(reached.sessions(), farEnd, onReady, listener);
        } catch (SshException e) {
            throw new ProblemException(
                    new Problem(
                            Problem.Kind.FAILED,
                            "could not keep the tunnel to pod " + pod.id() + " open",
                            String.valueOf(e.getMessage()),
                            "run the same command again",
                            "the training goes on; 'pod-train status " + run.id() + "' shows it"),
                    e);
        }
    }

    private static ProblemException noPod(RunState run, String next) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "there is no pod of run " + run.id() + " to connect to",
                "a tunnel needs a running pod, and the run has none",
                next,
                "nothing was rented"));
    }
}
