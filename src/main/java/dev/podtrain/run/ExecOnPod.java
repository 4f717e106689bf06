package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.FileOperations.CommandOutput;
import dev.podtrain.run.FileOperations.ExecRequest;
import dev.podtrain.script.PodScripts;
import dev.podtrain.ssh.RemoteProcess;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ObjIntConsumer;

/**
 * Runs a command on a run's pod. The command ends when this program does: {@code exec.sh} on the pod holds on to its
 * standard input, and ends what it started when that closes.
 */
final class ExecOnPod {
    private static final Duration UNLIMITED = Duration.ofDays(365);

    /** The script gives the command 5 s between SIGTERM and SIGKILL. */
    private static final Duration ENDING_LIMIT = Duration.ofSeconds(10);

    private static final int CHUNK = 32 * 1024;

    private final ReachPod reachPod;
    private final Time time;

    ExecOnPod(ReachPod reachPod, Time time) {
        this.reachPod = reachPod;
        this.time = time;
    }

    Optional<Integer> run(RunState run, ExecRequest request, CommandOutput output) throws InterruptedException {
        try (ReachPod.Reached pod = reachPod.reach(run, output).orElseThrow(() -> noPod(run))) {
            SshSession session = pod.sessions().next(Optional.empty()).orElseThrow(() -> noPod(run));
            return run(session, new RemotePaths(run.definition()).project(), request, output);
        } catch (SshException e) {
            throw lost(e);
        }
    }

    private Optional<Integer> run(SshSession session, String folder, ExecRequest request, CommandOutput output)
            throws InterruptedException, SshException {
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", new String(PodScripts.execScript(), StandardCharsets.UTF_8), "exec.sh", folder));
        command.addAll(request.command());
        Deadline deadline = Deadline.in(time, request.timeout() == null ? UNLIMITED : request.timeout());
        try (RemoteProcess process = session.open(command)) {
            Copy stdout = Copy.start("exec-stdout", process.stdout(), output::stdout);
            Copy stderr = Copy.start("exec-stderr", process.stderr(), output::stderr);
            OptionalInt status = process.waitFor(deadline);
            if (status.isEmpty()) {
                end(process);
                return Optional.empty();
            }
            stdout.join();
            stderr.join();
            stdout.rethrow();
            stderr.rethrow();
            return Optional.of(status.getAsInt());
        }
    }

    /** Has the command ended on the pod, and waits until it has. */
    private void end(RemoteProcess process) throws InterruptedException, SshException {
        try {
            process.stdin().close();
        } catch (IOException e) {
            throw process.failure(e);
        }
        process.waitFor(Deadline.in(time, ENDING_LIMIT));
    }

    /** Copies one stream, on a thread of its own. */
    private static final class Copy extends Thread {
        private final InputStream in;
        private final ObjIntConsumer<byte[]> out;
        private volatile RuntimeException failure = new IllegalStateException("none");
        private volatile boolean failed;

        private Copy(String name, InputStream in, ObjIntConsumer<byte[]> out) {
            super(name);
            this.in = in;
            this.out = out;
        }

        static Copy start(String name, InputStream in, ObjIntConsumer<byte[]> out) {
            Copy copy = new Copy(name, in, out);
            copy.setDaemon(true);
            copy.start();
            return copy;
        }

        @Override
        public void run() {
            byte[] chunk = new byte[CHUNK];
            try {
                for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                    if (!failed) {
                        deliver(chunk, length);
                    }
                }
            } catch (IOException e) {
                // The connection's end, which the exit status tells about.
                return;
            }
        }

        /** Somebody who does not listen any more must not stop the command from printing. */
        private void deliver(byte[] chunk, int length) {
            try {
                out.accept(chunk, length);
            } catch (RuntimeException e) {
                failure = e;
                failed = true;
            }
        }

        void rethrow() {
            if (failed) {
                throw failure;
            }
        }
    }

    private static ProblemException noPod(RunState run) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "run " + run.id() + " has no pod to run a command on",
                "the provider shows none that is running",
                "launch it again: " + LaunchCommand.of(run.definition()),
                "nothing was run"));
    }

    private static ProblemException lost(SshException e) {
        return new ProblemException(
                new Problem(
                        Problem.Kind.FAILED,
                        "the command's end is not known",
                        String.valueOf(e.getMessage()),
                        "look on the pod what became of it: pod-train exec -- ps aux",
                        "the pod ends the command when it notices that the connection is gone"),
                e);
    }
}
