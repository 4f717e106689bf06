package dev.podtrain.local;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Secret;
import dev.podtrain.base.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts, finds and ends the local cloud of this user, which is a process of its own. */
public final class LocalCloudControl {
    /** Only a process that hangs takes so long; one that fails is seen at once. A busy machine needs some of it. */
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    private static final Duration END_LIMIT = Duration.ofMinutes(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final StateDir state;
    private final Time time;
    private final List<String> serveCommand;
    private final EndpointFile endpointFile;

    /**
     * For the local cloud that keeps its state in this folder.
     *
     * @param serveCommand the command that runs {@link LocalCloud#serve}, without its options
     */
    public LocalCloudControl(Path stateDir, Time time, List<String> serveCommand) {
        this.state = new StateDir(stateDir.toAbsolutePath().normalize());
        this.time = time;
        this.serveCommand = List.copyOf(serveCommand);
        this.endpointFile = new EndpointFile(state.endpoint());
    }

    /** Why this machine cannot run pods, and what would change that, in one sentence; empty if it can. */
    public static Optional<String> unsupportedReason() {
        return MachineCheck.here().unsupportedReason();
    }

    /** For the build's rehearsal: asks after a local cloud that is not there, so that the classes for it are loaded. */
    public static void rehearse(Path stateDirectory, Time time) {
        LocalCloudControl control = new LocalCloudControl(stateDirectory, time, List.of());
        URI nobody = URI.create("http://127.0.0.1:9");
        Secret none = Secret.of("none");
        control.state.create();
        control.endpointFile.write(new LocalEndpoint(nobody, nobody, none, nobody, none, nobody, "", none, 1));
        control.running();
    }

    /**
     * The local cloud, started if it does not run. The process outlives this one and its terminal. Of several callers at
     * once one starts it, the others wait.
     *
     * @throws ProblemException if it does not answer in time or ends at once
     */
    public LocalEndpoint up(Progress progress) throws InterruptedException {
        Optional<LocalEndpoint> running = running();
        if (running.isPresent()) {
            return running.get();
        }
        state.create();
        Deadline deadline = Deadline.in(time, START_LIMIT);
        FolderLock starting = FolderLock.await(state.startLock(), deadline);
        try (starting) {
            // Somebody else may have started it while this waited for the lock.
            Optional<LocalEndpoint> started = running();
            if (started.isPresent()) {
                return started.get();
            }
            progress.report("starting the local cloud");
            Process process = launch();
            while (true) {
                Optional<LocalEndpoint> up = running();
                if (up.isPresent()) {
                    return up.get();
                }
                if (deadline.hasPassed() || !process.isAlive()) {
                    process.destroy();
                    throw didNotStart();
                }
                deadline.pause(LOOK_AGAIN);
            }
        }
    }

    private Process launch() {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(serveCommand);
        command.addAll(List.of("--state-dir", state.root().toString()));
        try {
            // What a killed one left names a process that is gone, at an address that the new one takes again.
            Files.deleteIfExists(state.endpoint());
            Files.deleteIfExists(state.serverLog());
            StateDir.write(state.serverLog(), new byte[0]);
            return new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(state.serverLog().toFile()))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot start the local cloud", failure);
        }
    }

    private ProblemException didNotStart() {
        String said;
        try {
            List<String> lines = Files.readAllLines(state.serverLog());
            said = lines.isEmpty() ? "it printed nothing" : lines.get(lines.size() - 1);
        } catch (IOException unreadable) {
            said = "its log cannot be read";
        }
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "the local cloud did not start",
                said,
                "see " + state.serverLog(),
                "nothing was rented"));
    }

    /** Where it answers; empty if it does not run. */
    public Optional<LocalEndpoint> running() {
        return endpointFile.read().filter(endpoint -> new ControlConnection(endpoint).answers());
    }

    /** Ends every pod and the process; their volumes stay. Nothing happens if none runs. */
    public void down() throws InterruptedException {
        Optional<LocalEndpoint> running = running();
        if (running.isPresent()) {
            new ControlConnection(running.get()).shutDown();
            awaitEnd(running.get().pid());
        }
        // What a crash left: without its service nobody else would end it.
        new Leftovers(state, time).end();
    }

    private void awaitEnd(long pid) throws InterruptedException {
        Deadline deadline = Deadline.in(time, END_LIMIT);
        while (Files.exists(state.endpoint()) || runsElsewhere(pid)) {
            if (deadline.hasPassed()) {
                throw new ProblemException(new Problem(
                        Problem.Kind.FAILED,
                        "the local cloud did not end",
                        "process " + pid + " still runs after " + END_LIMIT.toSeconds() + " s",
                        "end it with: kill " + pid,
                        "its pods are stopped"));
            }
            deadline.pause(LOOK_AGAIN);
        }
    }

    private static boolean runsElsewhere(long pid) {
        return ProcessHandle.current().pid() != pid && SandboxProcess.of(pid).isPresent();
    }

    /** What it has now; empty if it does not run. */
    public Optional<LocalStatus> status() {
        return running().flatMap(endpoint -> new ControlConnection(endpoint).status());
    }

    /** Ends it and forgets everything: pods, network volumes with their files, keys. */
    public void reset() throws InterruptedException {
        down();
        StateDir.delete(state.root());
    }
}
