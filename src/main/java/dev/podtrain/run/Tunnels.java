package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.config.LoggingDir;
import dev.podtrain.config.Settings;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunState;
import dev.podtrain.pod.Pod;
import dev.podtrain.ssh.SshException;
import dev.podtrain.tunnel.FarEnd;
import dev.podtrain.tunnel.Tunnel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/** The use cases of {@link TunnelOperations}, over the pods of runs that this machine knows of. */
public final class Tunnels implements TunnelOperations {
    /** Between a pod that ended and the look whether the run has another one. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final Map<String, String> environment;
    private final ReachPod pods;
    private final LocalTensorboard localTensorboard;
    private final Time time;

    /**
     * @param environment the process's own, or a test's
     * @param venv where to look for a TensorBoard of this machine that is not on the path: a Python environment
     */
    public Tunnels(Map<String, String> environment, ReachPod pods, Path venv, Time time) {
        this.environment = Map.copyOf(environment);
        this.pods = pods;
        this.localTensorboard = new LocalTensorboard(environment, venv, time);
        this.time = time;
    }

    @Override
    public void tunnel(TunnelRequest request, TunnelListener listener) throws InterruptedException {
        RunState run = pods.find(request.selector());
        carry(
                run,
                request.localPort(),
                session -> request.remotePort(),
                "launch the run again: pod-train --config " + run.definition().config(),
                listener);
    }

    @Override
    public void tensorboard(TensorboardRequest request, TunnelListener listener) throws InterruptedException {
        RunState run = pods.find(request.selector());
        Settings settings = pods.settings(run);
        String folder = loggingDir(run.definition(), settings);
        carry(
                run,
                settings.tensorboard().localPort(),
                new StartTensorboard(
                        RemoteRun.of(run.id()), onPod(run.definition(), folder), request.start(), time, listener),
                "to read the event files without renting anything: 'pod-train pull --run " + run.id() + " " + folder
                        + " events', then 'pod-train tensorboard --local-dir events'",
                listener);
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
    private void carry(RunState run, int wantedPort, FarEnd farEnd, String nextWithoutPod, TunnelListener listener)
            throws InterruptedException {
        Optional<ReachPod.Reached> reached = pods.reach(run, listener);
        if (reached.isEmpty()) {
            throw noPod(run, nextWithoutPod);
        }
        try (Tunnel tunnel = Tunnel.listen(wantedPort, time)) {
            while (reached.isPresent()) {
                try (ReachPod.Reached pod = reached.get()) {
                    carry(run, pod, tunnel, wantedPort, farEnd, listener);
                }
                time.sleep(LOOK_AGAIN);
                reached = pods.reach(run, listener);
            }
        }
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
