package dev.podtrain.run;

import dev.podtrain.config.Settings;
import dev.podtrain.config.TrainingConfig;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.RunId;
import dev.podtrain.run.SimClient.Command;
import dev.podtrain.run.SimClient.Ending;
import dev.podtrain.run.SimClient.Troubles;
import dev.podtrain.transfer.CodeTree;
import dev.podtrain.transfer.GitHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One schedule: a user who types commands on one laptop or another while things go wrong; then fair weather, in which
 * everything that is rented must come to its end, and one more launch must bring the run to its own.
 */
final class Simulation {
    private static final String PROJECT = "demo";

    /**
     * What does not differ from seed to seed.
     *
     * @param folder on a disk that costs no time
     * @param key a private key that pods of every laptop accept
     */
    record Setting(Path folder, Path key, TrainingConfig config, CodeTree tree, CheckpointChooser chooser) {}

    private final Setting setting;
    private final RunId run;
    private final List<SimMachine> machines = new ArrayList<>();
    final SimWorld world;
    final Rules rules;
    final SimVolume volume;
    final SimCloud cloud;
    final Map<String, String> environment;
    final boolean mayAsk;
    private String code = "a";
    private boolean busy;

    Simulation(Setting setting, Path folder, long seed, Happenings happenings, boolean tracing) throws IOException {
        this.setting = setting;
        this.run = RunId.of(SimCloud.VOLUME, PROJECT, setting.config().outputDir());
        this.world = new SimWorld(seed, happenings, tracing);
        this.rules = new Rules(world);
        this.volume =
                new SimVolume(world, rules, new SimCheckpoints(world, setting.chooser(), folder.resolve("saved")));
        this.cloud = new SimCloud(world, volume, rules);
        this.environment = environment();
        this.mayAsk = world.chance(0.3);
        machines.add(new SimMachine("laptop", folder.resolve("laptop"), run));
        if (world.trouble(1)) {
            machines.add(new SimMachine("other laptop", folder.resolve("other"), run));
        }
        if (world.trouble(1)) {
            world.after(world.seconds(10, 1500), () -> fill(true));
            world.after(world.seconds(1500, 3000), () -> fill(false));
        }
    }

    private Map<String, String> environment() {
        Map<String, String> env = new TreeMap<>();
        env.put("RUNPOD_API_KEY", "rpa_KEY");
        env.put("NETWORK_VOLUME_ID", SimCloud.VOLUME);
        env.put("GPU_TYPE", "NVIDIA GeForce RTX 4090,NVIDIA L40S");
        env.put("CODE_SYNC", "git");
        env.put("PROJECT_DIR", PROJECT);
        env.put("SSH_KEY_PATH", setting.key().toString());
        env.put("BOOT_GRACE", world.pick("5m", "15m", "30m"));
        env.put("READY_TIMEOUT", world.pick("1m", "2m", "5m"));
        env.put("MAX_RUNTIME", world.pick("0", "3m", "1h"));
        env.put("MAX_COST", world.pick("0", "0.02", "2"));
        env.put("IDLE_TIMEOUT", world.pick("3m", "10m", "30m"));
        env.put("SAVE_GRACE", world.pick("0", "5s", "60s"));
        env.put("ON_EXIT", world.pick("stop", "stop", "terminate", "keep"));
        env.put("RECOVER", world.pick("", "0", "1", "2"));
        env.put("RETRY_EXIT_CODES", world.pick("", "1"));
        env.put("WAIT_FOR_CAPACITY", world.pick("0", "0", "10m"));
        return env;
    }

    private void fill(boolean full) {
        if (full && !world.isCalm()) {
            world.count("volume: full");
        }
        volume.full = full && !world.isCalm();
    }

    /** A launch's facts, with the code as it is now. */
    RunSpec spec(Settings settings, LaunchRequest request) {
        CodeTree tree = new CodeTree(setting.tree().root(), List.of(), code.repeat(64), List.of());
        return new RunSpec(
                run,
                request,
                settings,
                setting.config(),
                tree,
                SimCloud.VOLUME,
                new GitHead("https://example.org/demo.git", "c".repeat(40)),
                "c".repeat(40));
    }

    // --- The schedule -----------------------------------------------------------------------------------------------

    void run() {
        int commands = world.ofAnySize(1, 5);
        for (int i = 0; i < commands; i++) {
            Command command = i == 0 ? world.pick(Command.LAUNCH, Command.DETACH) : nextCommand();
            type(machines.get(world.below(machines.size())), command, false);
            if (world.chance(0.5)) {
                world.pass(world.seconds(0, world.ofAnySize(5, 7200)));
            }
            if (world.trouble(0.2)) {
                world.count("laptop: forgot everything");
                machines.get(0).forget();
            }
            if (world.chance(0.1)) {
                world.count("code: changed");
                code = code.equals("a") ? "b" : "a";
            }
        }
        settle();
    }

    private Command nextCommand() {
        return world.pick(
                Command.LAUNCH,
                Command.LAUNCH,
                Command.LAUNCH,
                Command.DETACH,
                Command.FORCE_RESTART,
                Command.STATUS,
                Command.STOP,
                Command.TERMINATE,
                Command.LOGS,
                Command.FOLLOW);
    }

    private Ending type(SimMachine machine, Command command, boolean second) {
        int killedAt = world.trouble(4) ? world.ofAnySize(1, 150) : 0;
        int interruptedAt = world.trouble(2) ? world.ofAnySize(1, 150) : 0;
        int secondAt = !second && world.trouble(3) ? world.ofAnySize(1, 150) : 0;
        // The command in the first terminal stands still meanwhile, so the second one must not wait for it for ever.
        Troubles troubles =
                new Troubles(killedAt, world.chance(0.5), second ? 1 + world.below(200) : interruptedAt, secondAt);
        return new SimClient(this, machine, command, troubles).run();
    }

    /** Another terminal of the same laptop, while a command is at work in the first one. */
    void secondTerminal(SimMachine machine, String call) {
        if (!busy && !world.isCalm()) {
            busy = true;
            Command command = nextCommand();
            world.count("second terminal: " + command);
            world.note("  meanwhile, before %s:", call);
            type(machine, command, true);
            busy = false;
        }
    }

    /** Fair weather, and nobody there for longer than any limit; then the run is brought to its end. */
    private void settle() {
        world.note("---- fair weather");
        world.calmDown();
        cloud.calmDown();
        volume.full = false;
        world.pass(SimCloud.longestLife());
        rules.allEnded(cloud.pods());
        machines.forEach(machine -> healthy(machine, Command.STATUS));
        SimMachine laptop = machines.get(0);
        Ending ending = healthy(laptop, Command.LAUNCH);
        if (ending.problem() != null && cloud.pods().stream().anyMatch(SimPod::isBilled)) {
            world.count("end: a pod that never booted had to be stopped by hand");
            healthy(laptop, Command.STOP);
            ending = healthy(laptop, Command.LAUNCH);
        }
        if (ending.outcome() instanceof Outcome.Ended ended) {
            rules.finished(volume, ended.receipt().reason());
            rules.copied(volume.log, laptop, true);
        } else if (!(ending.outcome() instanceof Outcome.AlreadyFinished)) {
            throw new Rules.Broken(8, "a healthy launch ended with " + ending);
        }
        world.pass(SimCloud.longestLife());
        rules.allEnded(cloud.pods());
        for (SimMachine machine : machines) {
            healthy(machine, Command.STATUS);
            rules.accounts(cloud.pods(), machine);
        }
    }

    // --- A single launch --------------------------------------------------------------------------------------------

    /** In fair weather: one launch that follows its training, to which something happens as soon as it goes on. */
    List<Attempt> launch(Consumer<SimPod> event) {
        world.calmDown();
        onceItTrains(event);
        healthy(machines.get(0), Command.LAUNCH);
        return machines.get(0).state().orElseThrow().attempts();
    }

    private void onceItTrains(Consumer<SimPod> event) {
        world.after(Duration.ofSeconds(1), () -> {
            Optional<SimPod> training =
                    cloud.pods().stream().filter(volume::trainsHere).findFirst();
            if (training.isEmpty()) {
                onceItTrains(event);
            } else {
                // The command has come to follow it by then.
                world.after(Duration.ofSeconds(5), () -> event.accept(training.get()));
            }
        });
    }

    private Ending healthy(SimMachine machine, Command command) {
        return new SimClient(this, machine, command, Troubles.NONE).run();
    }

    /** Removes what the world left on the disk. */
    void clear(Path folder) throws IOException {
        if (Files.exists(folder)) {
            CheckpointChooser.delete(folder);
        }
    }

    Duration elapsed() {
        return Duration.ofNanos(world.nanos());
    }
}
