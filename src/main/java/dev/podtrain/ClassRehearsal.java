package dev.podtrain;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Secret;
import dev.podtrain.base.Time;
import dev.podtrain.config.Settings;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.config.TrainingConfig;
import dev.podtrain.http.HttpApi;
import dev.podtrain.http.HttpLimits;
import dev.podtrain.http.HttpSettings;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.local.LocalCloudControl;
import dev.podtrain.pod.CloudType;
import dev.podtrain.pod.LogSource;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import dev.podtrain.ssh.FileFollower;
import dev.podtrain.ssh.MinaClient;
import dev.podtrain.ssh.RehearsalHost;
import dev.podtrain.ssh.RemoteFile;
import dev.podtrain.ssh.SessionSource;
import dev.podtrain.ssh.SshClient;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshKeys;
import dev.podtrain.ssh.SshSession;
import dev.podtrain.transfer.CodeSync;
import dev.podtrain.transfer.CodeTree;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Does once, on made-up data, what commands do on real data: the Java run that watches it learns which classes to put
 * into the archive from which later runs start faster. It asks nobody: its only
 * connections are to itself.
 */
final class ClassRehearsal {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Path folder;
    private final Time time;

    ClassRehearsal(Path folder, Time time) {
        this.folder = folder;
        this.time = time;
    }

    /**
     * Runs it; what fails on the way is not missed, since it is no more than a faster start that is lost.
     *
     * @param part everything if it is empty; {@code looking} for the commands that only look at what this machine knows,
     *     {@code copying} for those that copy files to and from a pod
     */
    void run(String part, Consumer<String[]> commandLine) throws IOException, InterruptedException {
        CopyRehearsal copying = new CopyRehearsal(folder, new RunStore(state()), time);
        if (part.equals("copying")) {
            copying.run(commandLine);
            return;
        }
        writeFinishedRun();
        commandLine.accept(new String[] {"status"});
        commandLine.accept(new String[] {"status", "--json"});
        commandLine.accept(new String[] {"runs"});
        if (part.equals("looking")) {
            return;
        }
        commandLine.accept(new String[] {"help-texts", folder.resolve("help").toString()});
        commandLine.accept(new String[] {"logs"});
        LocalCloudControl.rehearse(folder.resolve("local"), time);
        CodeTree tree = readProject();
        askProvider();
        try {
            logIn(tree);
        } catch (SshException e) {
            // Some of it was loaded all the same.
        }
        copying.run(commandLine);
    }

    private void writeFinishedRun() {
        RunId run = new RunId("rehearsal-000000");
        Ledger ledger = new RunStore(state()).ledger(run);
        Instant now = time.now();
        writeRun(ledger, run, folder.toString(), now);
        ledger.append(new LedgerEvent.Ended(now, "i", EndReason.FINISHED, 0));
        ledger.append(new LedgerEvent.PodEnded(now, "i", "pod", "stopped"));
    }

    /** A run under way, on the pod named {@code pod}. */
    static void writeRun(Ledger ledger, RunId run, String project, Instant now) {
        BigDecimal price = new BigDecimal("0.27");
        for (LedgerEvent event : List.of(
                new LedgerEvent.Defined(now, run, project, "c.yaml", "out", "v", "p", true),
                new LedgerEvent.Intended(now, "i", 1, "pod", "gpu", 1, "dc", price, "t", "c", false, "stop"),
                new LedgerEvent.Rented(now, "i", "pod", price, "dc"),
                new LedgerEvent.Ready(now, "i", "host", 22),
                new LedgerEvent.CodeSynced(now, "i", "t"),
                new LedgerEvent.Started(now, "i", "checkpoint-1", 0))) {
            ledger.append(event);
        }
    }

    private Path state() {
        return StateDirectory.of(environment()).path();
    }

    Map<String, String> environment() {
        return Map.of("XDG_STATE_HOME", folder.toAbsolutePath().toString());
    }

    private CodeTree readProject() throws IOException, InterruptedException {
        Path project = Files.createDirectories(folder.resolve("project"));
        Files.writeString(project.resolve("c.yaml"), "training:\n  output_dir: out\n");
        Settings settings = new SettingsLoader(Map.of()).load(project, Map.of(), true);
        TrainingConfig.read(project, Path.of("c.yaml"), settings.training());
        return CodeTree.scan(project, List.of("out"), folder.resolve("hashes.json"), new Silence());
    }

    private void askProvider() throws IOException, InterruptedException {
        try (RehearsalProvider provider = RehearsalProvider.start();
                HttpApi http = new HttpApi(
                        new HttpSettings(
                                "nobody",
                                provider.address(),
                                Secret.of("none"),
                                "none",
                                "pod-train",
                                new HttpLimits(LIMIT, LIMIT, 1, 1_000_000)),
                        time,
                        () -> 0.5,
                        new Silence(),
                        line -> {})) {
            PodApi pods = new PodApi(http);
            PodId pod = new PodId(RehearsalProvider.POD);
            pods.networkVolume("v");
            pods.list();
            pods.find(pod);
            pods.gpuTypes(CloudType.SECURE, 1);
            pods.start(pod);
            pods.logSnapshot(pod, LogSource.CONTAINER, 1, Duration.ofMillis(100), Deadline.in(time, LIMIT));
        }
    }

    private void logIn(CodeTree tree) throws IOException, InterruptedException, SshException {
        Path key = folder.resolve("id_ed25519");
        SshKeys.ensure(key, "rehearsal");
        String host = folder.resolve("host").toString();
        Path log = Files.writeString(folder.resolve("log"), "line\n");
        Deadline deadline = Deadline.in(time, LIMIT);
        try (RehearsalHost there = RehearsalHost.start(key);
                SshClient ssh = new MinaClient(time)) {
            ssh.warmUp();
            SshSession session = ssh.connect(there.target(), deadline);
            new CodeSync().sync(session, tree, host, host + ".json", deadline, new Silence());
            session.writeFiles(List.of(new RemoteFile(host + "/file", new byte[1], 0600)), deadline);
            SessionSource once = failure -> failure.isEmpty() ? Optional.of(session) : Optional.empty();
            new FileFollower(once, time).follow(log.toString(), host + "/none", 0, (offset, bytes, length) -> {});
        }
    }

    /** Nobody watches. */
    private static final class Silence implements Progress {
        @Override
        public void report(String message) {}

        @Override
        public void warn(String message) {}
    }
}
