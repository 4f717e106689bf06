package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.SystemTime;
import dev.podtrain.http.HttpApi;
import dev.podtrain.http.HttpLimits;
import dev.podtrain.http.HttpSettings;
import dev.podtrain.local.LocalCloudControl;
import dev.podtrain.local.LocalEndpoint;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The program as a user has it: a process for each command, a home, a place for its state and a project with the trainer
 * that counts. With {@code --local} it starts a local cloud of its own, which closing ends.
 */
final class Installation implements AutoCloseable {
    private final Path home;
    private final Path project;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<Command> commands = new ArrayList<>();
    private final LocalCloudControl localCloud;
    private final HttpClient http = HttpClient.newHttpClient();

    Installation() {
        try {
            home = Files.createTempDirectory("installation");
            project = Files.createDirectories(home.resolve("project"));
            Files.createDirectory(home.resolve("tmp"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write("scripts/train.py", CountingTrainer.SOURCE);
        environment.putAll(Map.of(
                "PATH", System.getenv("PATH"),
                "HOME", home.toString(),
                "LANG", "C.UTF-8",
                "TMPDIR", home.resolve("tmp").toString(),
                "XDG_STATE_HOME", home.resolve("state").toString()));
        localCloud = new LocalCloudControl(home.resolve("state/pod-train/local"), new SystemTime(), List.of());
    }

    Path home() {
        return home;
    }

    Path project() {
        return project;
    }

    /** A variable for the commands that start from now on. */
    void environment(String name, String value) {
        environment.put(name, value);
    }

    Map<String, String> environment() {
        return environment;
    }

    Path write(String path, String text) {
        try {
            Path file = project.resolve(path);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The words that start the program, as this build has it. */
    List<String> program(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + home.resolve("tmp"),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.podtrain.Main"));
        words.addAll(List.of(arguments));
        return words;
    }

    /** Starts a command in the project's directory. */
    Command start(String... arguments) {
        Command command = Command.start(project, environment, program(arguments));
        commands.add(command);
        return command;
    }

    /** Launches like {@link #launch}, but the process dies as soon as the run's ledger holds the event. */
    Command launchThatDiesAt(String event, String outputDir, String... more) {
        List<String> words = program("--local", "--config", outputDir + ".yaml", "--set", "GUARD_INTERVAL=1s");
        words.addAll(List.of(more));
        int main = words.indexOf("dev.podtrain.Main");
        words.set(main, CrashingMain.class.getName());
        words.addAll(main + 1, List.of(outputDir, event));
        Command command = Command.start(project, environment, words);
        commands.add(command);
        return command;
    }

    /** The host of a pod fails, as its own local cloud plays it. */
    void loseHostOf(PodId pod) {
        inject("{\"kind\":\"pod-killed\",\"podId\":\"" + pod + "\"}");
    }

    /** Something goes wrong in its local cloud, which runs: a fault as its control endpoint takes it. */
    void inject(String fault) {
        LocalEndpoint endpoint = localCloud.running().orElseThrow();
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint.controlUrl() + "/faults"))
                .header("Authorization", "Bearer " + endpoint.controlKey().reveal())
                .POST(HttpRequest.BodyPublishers.ofString(fault))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Nothing holds the trainer with this output directory from now on. */
    void letGoOn(String outputDir) {
        CountingTrainer.letGoOn(volume(), outputDir);
    }

    /** The network volume as the pods see it below {@code /workspace}. */
    Path volume() {
        return home.resolve("state/pod-train/local/volumes/local");
    }

    /** What the volume holds of the run with this output directory. */
    Optional<Path> directoryOnVolume(String outputDir) {
        Path runs = volume().resolve(".pod-train/runs");
        if (!Files.isDirectory(runs)) {
            return Optional.empty();
        }
        try (Stream<Path> found = Files.list(runs)) {
            return found.filter(run -> run.getFileName().toString().matches(Pattern.quote(outputDir) + "-[0-9a-f]{6}"))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command to its end. */
    Command run(String... arguments) throws InterruptedException {
        return start(arguments).join();
    }

    /** Launches a config on the local cloud, whose guards look every second; further arguments may follow. */
    Command launch(String config, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("--local", "--config", config, "--set", "GUARD_INTERVAL=1s", "--set", "SAVE_GRACE=5s"));
        arguments.addAll(List.of(more));
        return start(arguments.toArray(String[]::new));
    }

    /** The pods of its local cloud that exist, in whatever state; none while that does not run. */
    List<Pod> pods() {
        return localCloud.running().map(Installation::podsOf).orElse(List.of());
    }

    private static List<Pod> podsOf(LocalEndpoint endpoint) {
        HttpSettings settings = new HttpSettings(
                "the local cloud", endpoint.apiUrl(), endpoint.apiKey(), "KEY", "pod-train/test", HttpLimits.patient());
        try (HttpApi http = new HttpApi(settings, new SystemTime(), () -> 0.5, new Watcher(), line -> {})) {
            return new PodApi(http).list();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Those of them that belong to the run with this output directory. */
    List<Pod> podsOf(String outputDir) {
        return pods().stream()
                .filter(pod -> pod.name().startsWith("pod-train-" + outputDir + "-"))
                .toList();
    }

    boolean localCloudRuns() {
        return localCloud.running().isPresent();
    }

    /** The log, on the volume, of the run with this output directory; empty if there is none. */
    String remoteLog(String outputDir) {
        Path runs = home.resolve("state/pod-train/local/volumes/local/.pod-train/runs");
        return fileOfRun(runs, outputDir, "train.log");
    }

    /** What this machine has recorded of the run with this output directory; empty if there is nothing. */
    String ledger(String outputDir) {
        return fileOfRun(home.resolve("state/pod-train/runs"), outputDir, "ledger.ndjson");
    }

    /** What this machine has copied of that log. */
    String copiedLog(String outputDir) {
        return fileOfRun(home.resolve("state/pod-train/runs"), outputDir, "train.log");
    }

    private static String fileOfRun(Path runs, String outputDir, String name) {
        if (!Files.isDirectory(runs)) {
            return "";
        }
        try (Stream<Path> found = Files.list(runs)) {
            return found.filter(run -> run.getFileName().toString().startsWith(outputDir + "-"))
                    .map(run -> run.resolve(name))
                    .filter(Files::exists)
                    .map(LaunchFixture::text)
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        commands.forEach(Command::close);
        try {
            localCloud.reset();
            deleteHome();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deleteHome() throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
