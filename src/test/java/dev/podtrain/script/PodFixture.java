package dev.podtrain.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A pod's side of things in a temporary directory: a volume, a project, the scripts, and a tmux server of its own. */
final class PodFixture implements AutoCloseable {
    static final String RUN = "digits-3f9a1c";
    static final String PYTHON = python();
    static final String INTENT = "8c1f0a2b3c4d5e6f";

    /** What a process that was started left behind. */
    record Result(int exitCode, String out, String err) {}

    final Path workspace;
    final Path project;
    final Path runDir;
    final Path bin;
    private final Path root;
    private final Map<String, String> environment = new TreeMap<>();
    private final TreeMap<String, String> settings = new TreeMap<>();

    /** Several pods may share a workspace, as pods share a network volume. */
    PodFixture(Path root, Path workspace, String podId) {
        this.root = root;
        this.workspace = workspace;
        project = workspace.resolve("project");
        runDir = workspace.resolve(".pod-train/runs").resolve(RUN);
        bin = directory(root.resolve("stubs"));
        directory(project);
        directory(runDir.resolve("bin"));
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
        // The interpreter itself: what is on the path may be a slow script that looks for it.
        stub("python", "exec " + PYTHON + " \"$@\"");
        environment.put("HOME", System.getProperty("user.home"));
        environment.put("TMUX_TMPDIR", directory(root.resolve("t")).toString());
        environment.put("POD_TRAIN_WORKSPACE", workspace.toString());
        environment.put("POD_TRAIN_SECRETS_DIR", directory(root.resolve("shm")).toString());
        environment.put("POD_TRAIN_SCRATCH", root.resolve("scratch").toString());
        environment.put("POD_TRAIN_ENVIRON", write(root.resolve("environ"), "").toString());
        environment.put("POD_TRAIN_RUN", RUN);
        environment.put("POD_TRAIN_INTENT", INTENT);
        environment.put("RUNPOD_POD_ID", podId);
        settings.putAll(Map.of(
                "RUN_ID", RUN,
                "ATTEMPT", "1",
                "INTENT", INTENT,
                "PROJECT_PATH", project.toString(),
                "CONFIG", "configs/digits.yaml",
                "OUTPUT_DIR", "out",
                "TRAIN_COMMAND", "bash trainer.sh {config} {resume}",
                "RESUME_ARG", "--resume {checkpoint}",
                "SAVE_GRACE", "20",
                "HEARTBEAT_INTERVAL", "1"));
    }

    private static String python() {
        try {
            return finish(new ProcessBuilder("python3", "-c", "import sys; print(sys.executable)").start())
                    .out()
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PodFixture in(Path root) {
        return new PodFixture(root, directory(root.resolve("ws")), "pod-a");
    }

    PodFixture setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    PodFixture environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** What the user's project trains with. */
    PodFixture trainer(String script) {
        write(Path.of(settings.get("PROJECT_PATH")).resolve("trainer.sh"), script);
        return this;
    }

    /** A program found before any other of its name. */
    PodFixture stub(String name, String script) {
        write(bin.resolve(name), "#!/bin/sh\n" + script + "\n").toFile().setExecutable(true);
        return this;
    }

    PodFixture withoutStub(String name) {
        bin.resolve(name).toFile().delete();
        return this;
    }

    /** Leaves only the tools that the scripts need, and those named, on the path. */
    PodFixture onlyTools(String... more) {
        var tools = new ArrayList<>(List.of(more));
        tools.addAll(List.of("awk", "base64", "bash", "cat", "chmod", "cut", "date", "df", "env", "getconf", "grep"));
        tools.addAll(
                List.of("head", "ln", "mkdir", "mkfifo", "mv", "od", "readlink", "rm", "rmdir", "sed", "setsid", "sh"));
        tools.addAll(List.of("sha256sum", "sleep", "stat", "sync", "tail", "tee", "test", "timeout", "tmux", "touch"));
        tools.addAll(List.of("tr", "wc"));
        for (String tool : tools) {
            String place = execute("sh", "-c", "command -v \"$1\" || true", "sh", tool)
                    .out()
                    .strip();
            if (place.startsWith("/") && !place.startsWith(bin.toString())) {
                stub(tool, "exec " + place + " \"$@\"");
            }
        }
        return environment("PATH", bin.toString());
    }

    PodFixture secrets(Map<String, String> values) {
        write(root.resolve("shm/secrets.env"), SettingsFile.render(new TreeMap<>(values)));
        return this;
    }

    Result start() {
        return startWith(Map.of());
    }

    /** Sends the files and starts, as a client does. */
    Result startWith(Map<String, String> changes) {
        try {
            return finish(beginStart(changes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Process beginStart(Map<String, String> changes) throws IOException {
        settings.putAll(changes);
        upload();
        return begin("bash", runDir.resolve("bin/train.sh").toString(), "start");
    }

    void upload() throws IOException {
        replace(runDir.resolve("bin/train.sh"), PodScripts.trainScript());
        replace(runDir.resolve("bin/checkpoints.py"), PodScripts.checkpointsScript());
        replace(runDir.resolve("settings.env"), SettingsFile.render(settings).getBytes(UTF_8));
    }

    /** In one step, as a client does: a training that is under way may be reading the file. */
    private static void replace(Path file, byte[] content) throws IOException {
        Path whole = Files.write(file.resolveSibling(file.getFileName() + ".new"), content);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    Result train(String... words) {
        var command =
                new ArrayList<>(List.of("bash", runDir.resolve("bin/train.sh").toString()));
        command.addAll(List.of(words));
        return execute(command.toArray(String[]::new));
    }

    Result execute(String... command) {
        try {
            return finish(begin(command));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a process in this pod's environment only. */
    Process begin(String... command) throws IOException {
        var builder = new ProcessBuilder(command).directory(root.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    static Result finish(Process process) {
        try {
            process.getOutputStream().close();
            var out = new String(process.getInputStream().readAllBytes(), UTF_8);
            var err = new String(process.getErrorStream().readAllBytes(), UTF_8);
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                throw new AssertionError("still running: " + process.info());
            }
            return new Result(process.exitValue(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    PodFixture awaitPhase(String phase) {
        Eventually.holds(
                () -> "phase " + phase + ", state " + state() + ", log:\n" + log(),
                () -> state().path("phase").asText().equals(phase));
        return this;
    }

    PodFixture awaitLog(String text) {
        Eventually.holds(() -> text + " in the log:\n" + log(), () -> log().contains(text));
        return this;
    }

    /** Also waits for what comes after the state: the lock and the script itself. */
    PodFixture awaitEnd() {
        awaitPhase("ended");
        Eventually.holds(() -> "the end of train.sh", () -> !livesIn("train.pid"));
        return this;
    }

    /**
     * Whether the process that a file names by its number and start time runs; a dead one whose exit code nobody has
     * fetched does not.
     */
    boolean livesIn(String file) {
        String record = read(file).strip();
        return !record.isEmpty() && record.equals(identity(pid(record)));
    }

    /** As the scripts write a process down; empty if there is no such process. */
    static String identity(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name in parentheses may hold spaces; state and start time are the 1st and 20th field behind it.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[0].matches("[ZX]") ? "" : pid + " " + fields[19];
        } catch (IOException e) {
            return ""; // not there, or gone while it was read
        }
    }

    JsonNode state() {
        return json(read("state.json"));
    }

    String log() {
        return read("train.log");
    }

    List<String> logLines() {
        return log().lines().toList();
    }

    /** The file's text, empty if it is not there. */
    String read(String file) {
        try {
            return Files.readString(runDir.resolve(file));
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<Long> pidIn(String file) {
        String text = read(file).strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(pid(text));
    }

    private static long pid(String record) {
        return Long.parseLong(record.substring(0, record.indexOf(' ')));
    }

    /** A checkpoint that is whole, or torn because its state file breaks off. */
    PodFixture checkpoint(String name, boolean whole) {
        write(project.resolve("out").resolve(name).resolve("trainer_state.json"), whole ? "{\"step\": 1}" : "{\"st");
        return this;
    }

    static JsonNode json(String text) {
        try {
            return new JsonMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path write(Path file, String text) {
        try {
            directory(requireNonNull(file.getParent()));
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path directory(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends every process that has this pod's directory in its environment. */
    @Override
    public void close() {
        Eventually.holds(() -> "processes of " + root + " to end", () -> {
            List<ProcessHandle> mine = processes();
            mine.forEach(ProcessHandle::destroyForcibly);
            return mine.isEmpty();
        });
    }

    List<ProcessHandle> processes() {
        var mine = new ArrayList<ProcessHandle>();
        ProcessHandle.allProcesses().filter(this::isMine).forEach(mine::add);
        return mine;
    }

    private boolean isMine(ProcessHandle process) {
        try {
            byte[] raw = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "environ"));
            return new String(raw, UTF_8).contains("TMUX_TMPDIR=" + root.resolve("t"));
        } catch (IOException e) {
            return false; // somebody else's, or gone
        }
    }
}
