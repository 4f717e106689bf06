package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Shell;
import dev.podtrain.base.Time;
import dev.podtrain.run.TunnelOperations.OpenPort;
import dev.podtrain.run.TunnelOperations.TunnelListener;
import dev.podtrain.tunnel.LocalPort;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shows event files of this machine with a TensorBoard that is installed on it. */
final class LocalTensorboard {
    private static final String PROGRAM = "tensorboard";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Map<String, String> environment;
    private final Path venv;
    private final Time time;

    /**
     * @param environment where {@code PATH} is looked up
     * @param venv a Python environment that may have the program too
     */
    LocalTensorboard(Map<String, String> environment, Path venv, Time time) {
        this.environment = Map.copyOf(environment);
        this.venv = venv;
        this.time = time;
    }

    /** Returns when it has ended by itself; an interrupt ends it. */
    void show(Path folder, int wantedPort, TunnelListener listener) throws InterruptedException {
        if (!Files.isDirectory(folder)) {
            throw new ProblemException(Problem.usage(
                    "cannot show the event files in " + folder,
                    "there is no such folder on this machine",
                    "name the folder that has them, or one above it, with --local-dir"));
        }
        Path program = find();
        int port = freePort(wantedPort);
        Path output = temporaryFile();
        Process process = start(program, folder, port, output);
        try {
            awaitAnswer(process, port, output);
            listener.opened(new OpenPort.Here(port, wantedPort));
            process.waitFor();
        } finally {
            process.destroy();
            delete(output);
        }
    }

    /**
     * The program.
     *
     * @throws ProblemException if it is not installed
     */
    Path find() {
        String path = environment.getOrDefault("PATH", "");
        return Stream.concat(
                        Arrays.stream(path.split(File.pathSeparator)).map(Path::of), Stream.of(venv.resolve("bin")))
                .map(folder -> folder.resolve(PROGRAM))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new ProblemException(new Problem(
                        Problem.Kind.FAILED,
                        "there is no TensorBoard on this machine",
                        "the program " + PROGRAM + " is neither on the PATH nor in " + venv,
                        "install it once: python3 -m venv " + Shell.quote(venv.toString()) + " && "
                                + Shell.quote(venv + "/bin/pip") + " install tensorboard",
                        "nothing was rented")));
    }

    private static int freePort(int wanted) {
        try (ServerSocket free = LocalPort.listen(wanted)) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw failed(e.toString(), e);
        }
    }

    private static Path temporaryFile() {
        try {
            return Files.createTempFile("pod-train-tensorboard", ".log");
        } catch (IOException e) {
            throw failed(e.toString(), e);
        }
    }

    private static Process start(Path program, Path folder, int port, Path output) {
        List<String> command = List.of(
                program.toString(),
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--logdir",
                folder.toAbsolutePath().toString());
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw failed(e.toString(), e);
        }
    }

    private void awaitAnswer(Process process, int port, Path output) throws InterruptedException {
        Deadline deadline = Deadline.in(time, START_LIMIT);
        while (!answers(port)) {
            if (!process.isAlive() || deadline.hasPassed()) {
                throw failed(lastLines(output), null);
            }
            deadline.pause(LOOK);
        }
    }

    private static boolean answers(int port) {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException e) {
            return false; // not yet
        }
    }

    private static String lastLines(Path output) {
        try {
            List<String> lines = Files.readAllLines(output);
            return lines.isEmpty()
                    ? "it said nothing"
                    : String.join("\n", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
        } catch (IOException e) {
            return "what it said cannot be read: " + e;
        }
    }

    private static ProblemException failed(String why, @Nullable Throwable cause) {
        return new ProblemException(
                new Problem(
                        Problem.Kind.FAILED,
                        "could not start TensorBoard on this machine",
                        why,
                        "mend that and run the same command again",
                        "nothing was rented"),
                cause);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            return; // the temporary folder is emptied by others
        }
    }
}
