package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.podtrain.config.SettingsLoader;
import dev.podtrain.config.TrainingConfig;
import dev.podtrain.ssh.SshKeys;
import dev.podtrain.transfer.CodeTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * The logic of launching, following, recovering and stopping in thousands of simulated worlds, one a seed. A seed that
 * fails is printed with what happened in its world, and replays with
 * {@code mvn test -Dtest=SimulationTest -Dsimulation.seed=N}; more of them are tried with {@code -Dsimulation.seeds=N}.
 */
class SimulationTest {
    private static final long SEEDS = Long.getLong("simulation.seeds", 20_000);
    private static final int THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

    /** Without these the worlds would prove nothing. */
    private static final List<String> WANTED = List.of(
            "api: log lines repeated",
            "api: LOST_AFTER",
            "api: LOST_BEFORE",
            "api: HICCUP_404",
            "api: HTML_AFTER",
            "api: TRUNCATED",
            "api: REPEATED",
            "api: STATUS_401_405_410_413_422",
            "api: STATUS_429",
            "api: STATUS_502_AFTER",
            "boot: NO_GPU",
            "boot: NO_KEYS",
            "boot: WRONG_KEY",
            "boot: bad image",
            "boot: never up",
            "checkpoint: torn, CUT_JSON",
            "checkpoint: torn, EMPTY_FILE",
            "create: no capacity",
            "create: pod appears later",
            "guard: boot grace",
            "guard: budget",
            "guard: deadline",
            "guard: idle",
            "guard: run ended",
            "guard: training vanished",
            "kill: after create",
            "kill: after ssh train.sh start",
            "kill: after ssh follow",
            "kill: in mid-append to the ledger",
            "laptop: forgot everything",
            "pod: host lost",
            "pod: host frozen",
            "pod: stopped by somebody else",
            "second terminal: LAUNCH",
            "second terminal: STOP",
            "training: finished");

    @Test
    void rulesHoldInEveryWorld() throws Exception {
        Path memory = Path.of("/dev/shm");
        Path folder = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "pod-train-simulation-")
                : Files.createTempDirectory("pod-train-simulation-");
        Happenings happenings = new Happenings();
        try (CheckpointChooser chooser = new CheckpointChooser(folder)) {
            Simulation.Setting setting = setting(folder, chooser);
            Long one = Long.getLong("simulation.seed");
            if (one != null) {
                replay(setting, one);
            } else {
                runAll(setting, happenings);
                assertThat(happenings.missing(WANTED)).isEmpty();
            }
        } finally {
            CheckpointChooser.delete(folder);
        }
    }

    static Simulation.Setting setting(Path folder, CheckpointChooser chooser) throws IOException {
        Path project = Files.createDirectories(folder.resolve("template"));
        Files.writeString(project.resolve("config.yaml"), "output_dir: out\n");
        Path key = folder.resolve("id_ed25519");
        SshKeys.ensure(key, "simulation");
        Map<String, String> environment = Map.of("RUNPOD_API_KEY", "k", "NETWORK_VOLUME_ID", "v");
        TrainingConfig config = TrainingConfig.read(
                project,
                Path.of("config.yaml"),
                new SettingsLoader(environment)
                        .load(project, Map.of("GPU_TYPE", "g"), false)
                        .training());
        return new Simulation.Setting(folder, key, config, new CodeTree(project, List.of(), "a", List.of()), chooser);
    }

    private static void runAll(Simulation.Setting setting, Happenings all) throws InterruptedException {
        AtomicLong next = new AtomicLong(1);
        AtomicLong failed = new AtomicLong();
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            threads[i] = new Thread(() -> {
                Happenings own = new Happenings();
                for (long seed = next.getAndIncrement(); seed <= SEEDS && failed.get() == 0; ) {
                    if (!holds(setting, seed, own)) {
                        failed.compareAndSet(0, seed);
                    }
                    seed = next.getAndIncrement();
                }
                synchronized (all) {
                    all.addAll(own);
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (failed.get() != 0) {
            replay(setting, failed.get());
            fail("seed " + failed.get()
                    + " breaks a rule, but not when it is replayed: its world is not its seed's alone");
        }
    }

    private static boolean holds(Simulation.Setting setting, long seed, Happenings happenings) {
        Path folder = setting.folder().resolve("w" + seed);
        try {
            new Simulation(setting, folder, seed, happenings, false).run();
            CheckpointChooser.delete(folder);
            return true;
        } catch (Throwable e) {
            return false;
        }
    }

    private static void replay(Simulation.Setting setting, long seed) {
        Path folder = setting.folder().resolve("replay" + seed);
        Simulation simulation = null;
        try {
            simulation = new Simulation(setting, folder, seed, new Happenings(), true);
            simulation.run();
            System.out.println(String.join("\n", simulation.world.trace()));
        } catch (Throwable e) {
            String trace = simulation == null ? "" : String.join("\n", simulation.world.trace());
            fail(
                    "seed " + seed + " breaks " + e.getMessage() + "; replay it with"
                            + " mvn test -Dtest=SimulationTest -Dsimulation.seed=" + seed + "\n" + trace,
                    e);
        }
    }
}
