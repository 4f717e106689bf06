package dev.podtrain.run;

import dev.podtrain.pod.Pod;
import dev.podtrain.script.PodScripts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One rented pod: what is billed for it, what runs in its container, and what becomes of it. */
final class SimPod {
    /** The guard as a create or a change of a pod has to carry it. */
    private static final String GUARD = PodScripts.guardBase64();

    /** How a start of the container goes. */
    enum Boot {
        HEALTHY,
        NEVER_UP,
        BAD_IMAGE,
        OLD_DRIVER,
        NO_PORT,
        NO_KEYS,
        WRONG_KEY,
        NO_GPU
    }

    /** A time for which the pod was billed; {@code to} is null as long as it is. */
    record Bill(String intent, Instant from, @Nullable Instant to) {}

    record Line(Instant at, String source, String text) {}

    private final SimWorld world;
    private final SimVolume volume;
    private final Rules rules;
    final String id;
    final String name;
    final String gpu;
    final String price;
    final Instant createdAt;
    final List<Bill> bills = new ArrayList<>();
    final List<Line> log = new ArrayList<>();
    Map<String, String> env;
    String args;

    /** {@code RUNNING}, {@code EXITED} or {@code TERMINATED}. */
    String status = "EXITED";

    /** Until when the provider hides it, or still shows what it was before its end. */
    long hiddenUntil;

    long laggingUntil;
    Instant startedAt;
    Boot boot = Boot.HEALTHY;
    int gpus = 1;
    int port;
    String hostKey = "";
    boolean containerUp;
    boolean sshUp;
    boolean frozen;
    boolean cutOff;
    boolean guarded;
    boolean endedByUser;
    boolean hiccuped;
    private final List<Runnable> suspended = new ArrayList<>();
    private int generation;

    SimPod(
            SimWorld world,
            SimVolume volume,
            Rules rules,
            String id,
            String name,
            String gpu,
            String price,
            Map<String, String> env,
            String args) {
        this.world = world;
        this.volume = volume;
        this.rules = rules;
        this.id = id;
        this.name = name;
        this.gpu = gpu;
        this.price = price;
        this.env = env;
        this.args = args;
        this.createdAt = world.now();
        this.startedAt = createdAt;
    }

    String intent() {
        return env.getOrDefault(Pod.INTENT_VARIABLE, "");
    }

    boolean isBilled() {
        return status.equals("RUNNING");
    }

    /** Whether somebody who logs in is answered. */
    boolean answers() {
        return containerUp && sshUp && !frozen && !cutOff;
    }

    /** Number of the container that runs now; another one means that everything in the old one is gone. */
    int generation() {
        return generation;
    }

    // --- Beginning and end ------------------------------------------------------------------------------------------

    /** The pod is created, or started again: it is billed from now. */
    void begin(Boot how, int gpuCount) {
        boot = how;
        gpus = gpuCount;
        status = "RUNNING";
        startedAt = world.now();
        laggingUntil = 0;
        endedByUser = false;
        bills.add(new Bill(intent(), world.now(), null));
        world.note("  pod %s begins for %s: %s", id, intent(), how);
        startContainer(world.seconds(3, 40));
        if (world.trouble(2)) {
            plan(world.seconds(5, 900));
        }
    }

    /** The pod is stopped or terminated: nothing is billed any more. */
    void end(String newStatus, String why) {
        if (isBilled()) {
            Bill open = bills.remove(bills.size() - 1);
            bills.add(new Bill(open.intent(), open.from(), world.now()));
            if (world.trouble(2)) {
                laggingUntil = world.nanos() + world.seconds(1, 4).toNanos();
            }
        }
        status = newStatus;
        stopContainer();
        world.note("  pod %s is %s: %s", id, newStatus, why);
    }

    /** What becomes of it, as long as the weather is bad. */
    private void plan(Duration when) {
        int begun = bills.size();
        world.after(when, () -> {
            if (world.isCalm() || !isBilled() || bills.size() != begun) {
                return;
            }
            switch (world.below(6)) {
                case 0 -> lose("host lost", "EXITED");
                case 1 -> lose("pod vanished", "TERMINATED");
                case 2 -> {
                    endedByUser = true;
                    lose("stopped by somebody else", "EXITED");
                }
                case 3 -> {
                    world.count("pod: container restarted in place");
                    stopContainer();
                    startContainer(world.seconds(2, 10));
                }
                case 4 -> freeze(world.seconds(20, 1800));
                default -> {
                    world.count("pod: SSH dead while the API says running");
                    cutOff = true;
                    world.after(world.seconds(20, 1800), () -> cutOff = false);
                }
            }
        });
    }

    void lose(String how, String newStatus) {
        world.count("pod: " + how);
        end(newStatus, how);
    }

    void freeze(Duration span) {
        world.count("pod: host frozen");
        frozen = true;
        volume.remember(this);
        world.after(span, this::thaw);
    }

    void thaw() {
        if (frozen) {
            world.note("  pod %s thaws", id);
            frozen = false;
            cutOff = false;
            List<Runnable> missed = List.copyOf(suspended);
            suspended.clear();
            missed.forEach(happening -> inContainer(Duration.ZERO, happening));
        }
    }

    // --- The container ----------------------------------------------------------------------------------------------

    private void startContainer(Duration pull) {
        generation++;
        guarded = false;
        port = 10_000 + world.below(50_000);
        hostKey = "SHA256:" + world.hex(43);
        say("system", "create container runpod/pytorch");
        switch (boot) {
            case NEVER_UP -> world.count("boot: never up");
            case BAD_IMAGE -> {
                world.count("boot: bad image");
                inContainer(pull, () -> say("system", "error: manifest for me/image:9 not found: manifest unknown"));
            }
            case OLD_DRIVER -> {
                world.count("boot: old driver");
                inContainer(pull, () -> say("system", "requirement error: unsatisfied condition: cuda>=12.8"));
            }
            case HEALTHY, NO_PORT, NO_KEYS, WRONG_KEY, NO_GPU -> inContainer(pull, this::up);
        }
    }

    private void up() {
        if (boot != Boot.HEALTHY) {
            world.count("boot: " + boot);
        }
        containerUp = true;
        say("system", "start container");
        guarded = PodScripts.guardCommand().equals(args) && GUARD.equals(env.get("POD_TRAIN_GUARD"));
        if (guarded) {
            new SimGuard(world, volume, this).begin();
        } else {
            rules.unguarded(this);
        }
        inContainer(world.seconds(0.5, 3), () -> {
            if (boot != Boot.NO_KEYS) {
                say("container", "SSH host keys:");
                say(
                        "container",
                        "256 " + (boot == Boot.WRONG_KEY ? "SHA256:" + "x".repeat(43) : hostKey)
                                + " root@pod (ED25519)");
                say("container", "Exporting environment variables...");
            }
        });
        inContainer(world.seconds(1, 5), () -> sshUp = true);
    }

    private void stopContainer() {
        volume.podStopped(this);
        generation++;
        containerUp = false;
        sshUp = false;
        frozen = false;
        suspended.clear();
    }

    /** Has something happen in this very container: never if it ends before, later if its host is frozen then. */
    void inContainer(Duration delay, Runnable happening) {
        int begun = generation;
        world.after(delay, () -> {
            if (generation == begun) {
                if (frozen) {
                    suspended.add(happening);
                } else {
                    happening.run();
                }
            }
        });
    }

    void say(String source, String text) {
        log.add(new Line(world.now(), source, text));
    }

    // --- What the provider shows ------------------------------------------------------------------------------------

    boolean isHidden() {
        return world.nanos() < hiddenUntil;
    }

    boolean isListed() {
        return !isHidden() && (!status.equals("TERMINATED") || world.nanos() < laggingUntil);
    }

    /** REST v2's pod, with those variables only that somebody reads. */
    String json() {
        boolean lagging = world.nanos() < laggingUntil;
        boolean running = isBilled() || lagging;
        boolean published = running && (containerUp || lagging) && boot != Boot.NO_PORT;
        StringBuilder text = new StringBuilder(900).append("{\"id\":\"").append(id);
        text.append("\",\"name\":\"").append(name);
        text.append("\",\"status\":\"").append(running ? "RUNNING" : status);
        text.append("\",\"image\":\"i\",\"gpu\":{\"id\":\"").append(gpu);
        // A pod that was started without its GPUs shows them at first.
        text.append("\",\"count\":").append(boot == Boot.NO_GPU ? 1 : gpus);
        text.append("},\"cloud\":\"SECURE\",\"dataCenterId\":\"EU-RO-1\",\"cost\":")
                .append(running ? price : "0");
        text.append(",\"ssh\":{\"direct\":");
        if (published || (!running && port > 0)) {
            text.append("{\"host\":\"213.0.113.7\",\"port\":").append(port).append("}");
        } else {
            text.append("null");
        }
        text.append("},\"runtime\":").append(running && (containerUp || lagging) ? "{\"uptime\":1}" : "null");
        text.append(",\"env\":{");
        String comma = "";
        for (Map.Entry<String, String> entry : env.entrySet()) {
            if (!entry.getKey().equals("POD_TRAIN_GUARD") && !entry.getKey().equals("PUBLIC_KEY")) {
                text.append(comma).append('"').append(entry.getKey()).append("\":\"");
                text.append(entry.getValue()).append('"');
                comma = ",";
            }
        }
        text.append("},\"ports\":[\"22/tcp\"],\"createdAt\":\"").append(createdAt);
        return text.append("\",\"startedAt\":\"")
                .append(startedAt)
                .append("\"}")
                .toString();
    }
}
