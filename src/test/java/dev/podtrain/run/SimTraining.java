package dev.podtrain.run;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;

/**
 * {@code train.sh run} and its trainer in one container: it logs its steps, saves checkpoints, saves once more when it is
 * asked to end, and tells its end in the order that others rely on. It can fail, hang, or vanish at any point.
 */
@NullUnmarked // a world is full of what is not there yet, or not any more
final class SimTraining {
    private static final int CRASH = 1;
    private static final int TERMINATED = 143;
    private static final int KILLED = 137;

    private final SimWorld world;
    private final Rules rules;
    private final SimVolume volume;
    private final SimPod pod;
    private final String intent;
    private final Map<String, String> settings;
    private final int container;
    private final int steps;
    private final int saveEvery;
    private final int failsAt;
    private final int hangsAt;
    private final boolean deaf;
    private boolean alive;
    private boolean ending;
    private boolean asked;
    private boolean hangs;
    private int step;

    SimTraining(
            SimWorld world, Rules rules, SimVolume volume, SimPod pod, String intent, Map<String, String> settings) {
        this.world = world;
        this.rules = rules;
        this.volume = volume;
        this.pod = pod;
        this.intent = intent;
        this.settings = settings;
        this.container = pod.generation();
        this.steps = 8 + world.below(10);
        this.saveEvery = 2 + world.below(3);
        this.failsAt = world.chance(0.15) ? 1 + world.below(steps) : -1;
        this.hangsAt = world.trouble(0.7) ? 1 + world.below(steps) : -1;
        this.deaf = world.trouble(0.5);
    }

    SimPod pod() {
        return pod;
    }

    boolean isOn(SimPod other) {
        return pod == other && pod.generation() == container;
    }

    boolean isAlive() {
        return alive;
    }

    boolean hangs() {
        return hangs;
    }

    String intent() {
        return intent;
    }

    void begin() {
        alive = true;
        world.note("  training %s begins on pod %s", intent, pod.id);
        volume.state = new SimVolume.State(
                intent, pod.id, "starting", null, null, null, settings.get("TREE_HASH"), settings.get("CONFIG"));
        if (volume.log.endsInMidLine()) {
            volume.log.append("\n");
        }
        volume.log.append("pod-train: run attempt " + settings.get("ATTEMPT") + " on pod " + pod.id + "\n");
        next(world.seconds(0.5, 8), this::train);
    }

    /** Something that this training does a moment later, unless it is over by then. */
    private void next(Duration delay, Runnable what) {
        pod.inContainer(delay, () -> {
            if (!alive) {
                return;
            }
            if (!volume.holdsLock(intent)) {
                world.count("training: gave way to another one");
                alive = false;
                return;
            }
            what.run();
        });
    }

    private void train() {
        boolean afresh = "1".equals(settings.get("FORCE_RESTART"));
        if (afresh) {
            world.count("training: forced restart");
            volume.log.append("pod-train: FORCE RESTART: checkpoints ignored\n");
            volume.checkpoints.setAside();
        }
        Optional<String> chosen = afresh ? Optional.empty() : volume.checkpoints.choose();
        rules.resumes(volume.checkpoints, chosen, afresh);
        step = chosen.map(SimCheckpoints::stepOf).orElse(0);
        world.count(chosen.isPresent() ? "training: resumed from a checkpoint" : "training: began at zero");
        volume.log.append(
                chosen.map(name -> "pod-train: resuming from " + name + "\n").orElse(""));
        volume.state = new SimVolume.State(
                intent,
                pod.id,
                "training",
                null,
                null,
                chosen.orElse(null),
                settings.get("TREE_HASH"),
                settings.get("CONFIG"));
        if (volume.ending != null) {
            finish(TERMINATED);
        } else {
            step();
        }
    }

    private void step() {
        if (asked || ending) {
            return;
        }
        step++;
        if (step == failsAt || volume.full) {
            volume.log.append("Traceback: failed at step " + step + "\n");
            finish(CRASH);
        } else if (step > steps) {
            finish(0);
        } else if (step == hangsAt) {
            world.count("training: hangs");
            hangs = true;
        } else {
            volume.log.append("step " + step + (world.chance(0.3) ? " loss 0.5 ✓" : "") + "\n");
            if (step % saveEvery == 0) {
                save(world.seconds(0.5, 4), this::goOn);
            } else {
                goOn();
            }
        }
    }

    private void goOn() {
        next(world.seconds(2, 25), this::step);
    }

    private void save(Duration takes, Runnable then) {
        int saved = step;
        volume.checkpoints.begin(saved);
        next(takes, () -> {
            if (!volume.full) {
                volume.checkpoints.complete(saved);
            }
            then.run();
        });
    }

    /** SIGTERM: saves and ends, unless it is deaf; then train.sh kills it after SAVE_GRACE. */
    void terminate() {
        if (asked || ending || !alive) {
            return;
        }
        asked = true;
        Duration grace = Duration.ofSeconds(Long.parseLong(settings.getOrDefault("SAVE_GRACE", "60")));
        next(grace, this::killTrainer);
        if (!deaf && !hangs && step > 0) {
            save(world.seconds(0.5, 12), () -> {
                if (!ending) {
                    finish(TERMINATED);
                }
            });
        }
    }

    void killTrainer() {
        if (!ending && alive) {
            world.count("training: killed after SAVE_GRACE");
            finish(KILLED);
        }
    }

    private void finish(int code) {
        ending = true;
        String ordered = volume.ending;
        String reason = ordered != null ? ordered : asked ? "killed" : code == 0 ? "finished" : "failed";
        rules.trainingEnded(intent, reason);
        if (volume.log.endsInMidLine()) {
            volume.log.append("\n");
        }
        if (!reason.equals("finished") && !reason.equals("failed")) {
            volume.log.append("pod-train: ended: " + reason + "\n");
        }
        volume.log.append("EXIT_CODE=" + code + "\n");
        next(world.seconds(0, 1), () -> {
            volume.exitCode = code;
            next(world.seconds(0, 12), () -> end(reason, code));
        });
    }

    private void end(String reason, int code) {
        world.count("training: " + reason);
        SimVolume.State now = volume.state;
        if (now != null && now.intent().equals(intent)) {
            volume.state = now.ended(reason, code);
        }
        volume.releaseLock(intent);
        alive = false;
    }

    /** Its container is gone from one moment to the next. */
    void vanish() {
        if (alive) {
            alive = false;
            world.count(ending ? "training: vanished between its last line and its state" : "training: vanished");
            if (!ending && world.chance(0.3)) {
                volume.log.append("step " + step + " lo");
            }
        }
    }
}
