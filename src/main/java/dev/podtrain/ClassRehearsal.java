package dev.podtrain;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
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
import dev.podtrain.pod.PodApi;
import dev.podtrain.ssh.MinaClient;
import dev.podtrain.ssh.SshClient;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshKeys;
import dev.podtrain.ssh.SshTarget;
import dev.podtrain.transfer.CodeTree;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Does once, on made-up data, what commands do on real data: the Java run that watches it learns which classes to put
 * into the archive from which later runs start faster. It asks nobody: its only connections are to a closed port here.
 */
final class ClassRehearsal {
    private static final int CLOSED_PORT = 9;
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Path folder;
    private final Time time;

    ClassRehearsal(Path folder, Time time) {
        this.folder = folder;
        this.time = time;
    }

    /**
     * Runs it; what fails on the way is not missed, since it is no more than a faster start that is lost.
     *
     * @param whole everything, or only the commands that look at what this machine knows
     */
    void run(boolean whole, Consumer<String[]> commandLine) throws IOException, InterruptedException {
        writeRun();
        commandLine.accept(new String[] {"status"});
        commandLine.accept(new String[] {"status", "--json"});
        commandLine.accept(new String[] {"runs"});
        if (!whole) {
            return;
        }
        commandLine.accept(new String[] {"help-texts", folder.resolve("help").toString()});
        commandLine.accept(new String[] {"logs"});
        readProject();
        askNobody();
    }

    private void writeRun() {
        RunId run = new RunId("rehearsal-000000");
        Ledger ledger = new RunStore(StateDirectory.of(environment()).path()).ledger(run);
        Instant now = time.now();
        BigDecimal price = new BigDecimal("0.27");
        for (LedgerEvent event : List.of(
                new LedgerEvent.Defined(now, run, folder.toString(), "c.yaml", "out", "v", "p", true),
                new LedgerEvent.Intended(now, "i", 1, "pod", "gpu", 1, "dc", price, "t", "c", false, "stop"),
                new LedgerEvent.Rented(now, "i", "pod", price, "dc"),
                new LedgerEvent.Ready(now, "i", "host", 22),
                new LedgerEvent.CodeSynced(now, "i", "t"),
                new LedgerEvent.Started(now, "i", "checkpoint-1", 0),
                new LedgerEvent.Ended(now, "i", EndReason.FINISHED, 0),
                new LedgerEvent.PodEnded(now, "i", "pod", "stopped"))) {
            ledger.append(event);
        }
    }

    Map<String, String> environment() {
        return Map.of("XDG_STATE_HOME", folder.toAbsolutePath().toString());
    }

    private void readProject() throws IOException, InterruptedException {
        Path project = Files.createDirectories(folder.resolve("project"));
        Files.writeString(project.resolve("c.yaml"), "training:\n  output_dir: out\n");
        Settings settings = new SettingsLoader(Map.of()).load(project, Map.of(), true);
        TrainingConfig.read(project, Path.of("c.yaml"), settings.training());
        CodeTree.scan(project, List.of("out"), folder.resolve("hashes.json"), new Silence());
    }

    private void askNobody() throws InterruptedException {
        HttpSettings settings = new HttpSettings(
                "nobody",
                URI.create("http://127.0.0.1:" + CLOSED_PORT),
                Secret.of("none"),
                "none",
                "pod-train",
                new HttpLimits(LIMIT, LIMIT, 1, 1_000_000));
        HttpApi http = new HttpApi(settings, time, () -> 0.5, new Silence(), line -> {});
        http.warmUp();
        try {
            new PodApi(http).list();
        } catch (ProblemException expected) {
            http.close();
        }
        Path key = folder.resolve("id_ed25519");
        SshKeys.ensure(key, "rehearsal");
        try (SshClient ssh = new MinaClient(time)) {
            ssh.warmUp();
            ssh.connect(
                    new SshTarget("127.0.0.1", CLOSED_PORT, "root", key, Set.of("SHA256:" + "A".repeat(43))),
                    Deadline.in(time, LIMIT));
        } catch (SshException expected) {
            return; // nobody is there: the classes are loaded all the same
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
