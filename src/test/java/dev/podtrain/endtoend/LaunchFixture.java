package dev.podtrain.endtoend;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.SystemTime;
import dev.podtrain.base.Time;
import dev.podtrain.http.HttpApi;
import dev.podtrain.http.HttpLimits;
import dev.podtrain.http.HttpSettings;
import dev.podtrain.ledger.Records;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.local.LocalCloudFixture;
import dev.podtrain.local.LocalEndpoint;
import dev.podtrain.pod.AccountApi;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.SshAddress;
import dev.podtrain.run.Care;
import dev.podtrain.run.Cloud;
import dev.podtrain.run.CloudAccess;
import dev.podtrain.run.FileUseCases;
import dev.podtrain.run.LaunchRequest;
import dev.podtrain.run.Operations;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.RunSelector;
import dev.podtrain.run.Tunnels;
import dev.podtrain.s3.S3Access;
import dev.podtrain.ssh.MinaClient;
import dev.podtrain.ssh.SshClient;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import dev.podtrain.ssh.SshTarget;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The whole program but its command line, with a project of a few lines, on a local cloud of its own. The guards look
 * every second.
 */
final class LaunchFixture implements AutoCloseable {
    /** Enough for the faults that pass, short enough for those that do not. */
    static final HttpLimits LIMITS = new HttpLimits(Duration.ofSeconds(10), Duration.ofSeconds(10), 3, 10_000_000);

    private static final Duration AGES = Duration.ofSeconds(90);

    private final LocalCloudFixture local = LocalCloudFixture.start();
    private final Path home;
    private final Path project;
    private final Map<String, String> settings = new TreeMap<>(Map.of(
            "GUARD_INTERVAL", "1s",
            "RETRY_PAUSE", "1s",
            "SAVE_GRACE", "5s",
            "READY_TIMEOUT", "60s"));
    private final Operations operations;
    private final RunStore store;
    private final HttpApi http;

    LaunchFixture() {
        try {
            home = Files.createTempDirectory("launch");
            project = Files.createDirectories(home.resolve("project"));
            Files.createDirectories(project.resolve("scripts"));
            Files.writeString(project.resolve("scripts/train.py"), CountingTrainer.SOURCE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        config(6, "0.05", 0);
        store = new RunStore(home.resolve("state"));
        http = http();
        operations = operations(store);
    }

    /** The same program on another machine, or on this one after its state was lost. */
    Operations elsewhere(String name) {
        return operations(new RunStore(home.resolve(name)));
    }

    /** The same program with another clock. */
    Operations operations(Time time) {
        return new Operations(Map.of(), clouds(), store, LaunchFixture::newIntent, time);
    }

    private Operations operations(RunStore runs) {
        return new Operations(Map.of(), clouds(), runs, LaunchFixture::newIntent, new SystemTime());
    }

    private CloudAccess clouds() {
        return (account, data, isLocal, progress) -> {
            HttpApi rest = http();
            HttpApi graphql = http(local.endpoint().graphqlUrl());
            LocalEndpoint at = local.endpoint();
            return new Cloud(
                    new PodApi(rest),
                    new AccountApi(graphql),
                    new MinaClient(new SystemTime()),
                    volume -> s3(at, volume),
                    at.apiUrl(),
                    at.graphqlUrl(),
                    "local",
                    Duration.ofSeconds(3),
                    () -> {
                        rest.close();
                        graphql.close();
                    });
        };
    }

    /** Reaches the pods of its runs, as the same program on the same machine does. */
    Tunnels tunnels(Map<String, String> environment) {
        return new Tunnels(environment, clouds(), store, home.resolve("no-venv"), new SystemTime());
    }

    /** What moves files and runs commands on the run's pod. */
    FileUseCases files() {
        return new FileUseCases(Map.of(), clouds(), home.resolve("state"), LaunchFixture::newIntent, new SystemTime());
    }

    /** The same on a machine that has launched nothing. */
    FileUseCases filesElsewhere(String name) {
        return new FileUseCases(Map.of(), clouds(), home.resolve(name), LaunchFixture::newIntent, new SystemTime());
    }

    /** The same while the provider cannot be reached. */
    FileUseCases filesWithoutProvider() {
        return new FileUseCases(
                Map.of(),
                (account, data, isLocal, progress) -> {
                    throw new AssertionError("the provider was asked");
                },
                home.resolve("state"),
                LaunchFixture::newIntent,
                new SystemTime());
    }

    /** Where this machine keeps what it knows of the run. */
    Path stateFolder() {
        return store.directory(state().id());
    }

    /** What looks after the runs of this machine. */
    Care care() {
        return care(home.resolve("state"));
    }

    /** The same on another machine. */
    Care careElsewhere(String name) {
        return care(home.resolve(name));
    }

    private Care care(Path state) {
        return new Care(
                Map.of("RUNPOD_API_KEY", "rpa_local"), clouds(), Records.in(state), Optional::empty, new SystemTime());
    }

    private static Optional<S3Access> s3(LocalEndpoint at, NetworkVolume volume) {
        String dataCenter = volume.dataCenter();
        return S3Access.endpointOf(dataCenter)
                .map(real -> new S3Access(
                        at.s3Url().resolve(dataCenter.toLowerCase(Locale.ROOT) + "/"),
                        dataCenter,
                        volume.id(),
                        at.s3AccessKey(),
                        at.s3SecretKey()));
    }

    private static String newIntent() {
        byte[] bytes = new byte[8];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private HttpApi http() {
        return http(local.endpoint().apiUrl());
    }

    private HttpApi http(URI api) {
        HttpSettings to =
                new HttpSettings("the local cloud", api, local.endpoint().apiKey(), "KEY", "pod-train/test", LIMITS);
        return new HttpApi(to, new SystemTime(), () -> 0.5, new Watcher(), line -> {});
    }

    /** Rewrites the training config. */
    void config(int steps, String pause, int exitCode) {
        write("config.yaml", CountingTrainer.config("out", steps, pause, exitCode));
    }

    /** Rewrites the training config to one whose trainer waits after a step until {@link #letGoOn}. */
    void heldConfig(int steps, String pause, int heldAt) {
        write("config.yaml", CountingTrainer.config("out", steps, pause, 0) + CountingTrainer.heldAt(heldAt));
    }

    /** Nothing holds a trainer from now on. */
    void letGoOn() {
        CountingTrainer.letGoOn(local.volume("local"), "out");
    }

    void write(String path, String text) {
        try {
            Path file = project.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    void delete(String path) {
        try {
            Files.delete(project.resolve(path));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    void set(String key, String value) {
        settings.put(key, value);
    }

    LaunchRequest request() {
        return new LaunchRequest(project, Path.of("config.yaml"), settings, false, true, false, false, false, false);
    }

    /** The launch of somebody with an account, whose settings file names this pod. */
    LaunchRequest onAccount(String podId) {
        write(".runpod.env", "# mine\nRUNPOD_API_KEY=rpa_any\nPOD_ID=" + podId + "\nNETWORK_VOLUME_ID=local");
        set("MIN_FREE_GB", "1");
        return new LaunchRequest(project, Path.of("config.yaml"), settings, false, false, false, false, false, false);
    }

    LaunchRequest forcedRestart() {
        return new LaunchRequest(project, Path.of("config.yaml"), settings, true, true, false, false, false, false);
    }

    LaunchRequest detached() {
        return new LaunchRequest(project, Path.of("config.yaml"), settings, false, true, false, true, false, false);
    }

    LaunchRequest dryRun() {
        return new LaunchRequest(project, Path.of("config.yaml"), settings, false, true, true, false, false, false);
    }

    Outcome launch(Watcher watcher) throws InterruptedException {
        return operations.launch(request(), watcher);
    }

    Operations operations() {
        return operations;
    }

    LocalCloudFixture local() {
        return local;
    }

    PodApi pods() {
        return new PodApi(http);
    }

    RunSelector run() {
        return new RunSelector(project, null);
    }

    RunState state() {
        return store.all().get(0);
    }

    /** Pods that exist, in whatever state. */
    List<Pod> allPods() throws InterruptedException {
        return pods().list();
    }

    /** A pod's processes are gone a moment before it shows as ended. */
    boolean everyPodIsShownAsEnded() {
        try {
            return allPods().stream().allMatch(pod -> pod.status().isEnded());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The run's log on the volume; empty while there is none. */
    String remoteLog() {
        Path log = remoteRunFolder().resolve("train.log");
        return Files.exists(log) ? text(log) : "";
    }

    /** The run's {@code state.json} on the volume. */
    String remoteState() {
        return text(remoteRunFolder().resolve("state.json"));
    }

    /** The run's own folder on the volume, as this machine sees it. */
    Path remoteRunFolder() {
        return local.volume("local").resolve(".pod-train/runs/" + state().id());
    }

    /** The same folder as the pod sees it. */
    String remoteRun() {
        return "/workspace/.pod-train/runs/" + state().id();
    }

    /** Runs a command on the only pod, as somebody who logs in there does. */
    void onPod(String... command) throws InterruptedException, SshException {
        SshAddress address = allPods().get(0).sshAddress().orElseThrow();
        SshTarget target = SshTarget.acceptingNewKey(
                address.host(), address.port(), address.user(), store.privateKey(state().id()));
        Deadline deadline = Deadline.in(new SystemTime(), Duration.ofSeconds(30));
        try (SshClient ssh = new MinaClient(new SystemTime());
                SshSession session = ssh.connect(target, deadline)) {
            session.exec(List.of(command), deadline);
        }
    }

    /** A file of the project as it is on the volume. */
    Path remote(String path) {
        return local.volume("local").resolve("project").resolve(path);
    }

    Path home() {
        return home;
    }

    Path project() {
        return project;
    }

    static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Waits until it holds; fails after what is ages even where every core is busy with something else. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        await(what, condition, () -> "");
    }

    /**
     * The same.
     *
     * @param evidence what the failure shows
     */
    static void await(String what, BooleanSupplier condition, Supplier<String> evidence) throws InterruptedException {
        long end = System.nanoTime() + AGES.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain: " + what + "; " + evidence.get());
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        http.close();
        local.close();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
