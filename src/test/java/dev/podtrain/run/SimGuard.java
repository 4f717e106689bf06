package dev.podtrain.run;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/** {@code guard.sh} in one container, as {@code docs/remote-protocol.md} describes it, with the limits of the pod's environment. */
final class SimGuard {
    private final SimWorld world;
    private final SimVolume volume;
    private final SimPod pod;
    private final String intent;
    private final String onExit;
    private final Duration interval;
    private final Duration bootGrace;
    private final Duration maxRuntime;
    private final Duration idleTimeout;
    private final Duration saveGrace;
    private final BigDecimal maxCost;
    private Instant firstBoot;
    private boolean seenOwn;
    private boolean seenEnded;
    private long sampledSize;
    private Duration quiet = Duration.ZERO;
    private String phase = "";
    private String reason = "";

    SimGuard(SimWorld world, SimVolume volume, SimPod pod) {
        this.world = world;
        this.volume = volume;
        this.pod = pod;
        this.intent = pod.intent();
        this.onExit = pod.env.getOrDefault("POD_TRAIN_ON_EXIT", "stop");
        this.interval = seconds("GUARD_INTERVAL", 15);
        this.bootGrace = seconds("BOOT_GRACE", 1800);
        this.maxRuntime = seconds("MAX_RUNTIME", 0);
        this.idleTimeout = seconds("IDLE_TIMEOUT", 1800);
        this.saveGrace = seconds("SAVE_GRACE", 60);
        this.maxCost = new BigDecimal(pod.env.getOrDefault("POD_TRAIN_MAX_COST", "0"));
        this.firstBoot = world.now();
    }

    private Duration seconds(String name, long otherwise) {
        String text = pod.env.getOrDefault("POD_TRAIN_" + name, "");
        return Duration.ofSeconds(text.matches("[0-9]{1,9}") ? Long.parseLong(text) : otherwise);
    }

    void begin() {
        firstBoot = volume.firstBoots.computeIfAbsent(intent, key -> world.now());
        sampledSize = volume.log.size();
        say("armed: on exit " + onExit);
        look();
    }

    private void say(String text) {
        pod.say("container", "pod-train guard: " + text);
    }

    private void lookAgain() {
        pod.inContainer(interval, this::look);
    }

    private void readState() {
        SimVolume.State state = volume.state;
        phase = "";
        reason = "";
        if (state != null && state.intent().equals(intent)) {
            seenOwn = true;
            phase = state.phase();
            reason = String.valueOf(state.reason());
        } else if (state != null && seenOwn) {
            phase = "ended";
            reason = "superseded";
        }
    }

    private boolean isTraining() {
        return phase.equals("starting") || phase.equals("training");
    }

    private Duration age() {
        return Duration.between(firstBoot, world.now());
    }

    private void look() {
        readState();
        if (phase.equals("ended") && !onExit.equals("keep")) {
            if (seenEnded) {
                endPod("run ended");
                return;
            }
            seenEnded = true;
            lookAgain();
        } else if (!seenOwn && age().compareTo(bootGrace) >= 0) {
            endPod("boot grace");
        } else if (isTraining() && !volume.trainsHere(pod)) {
            volume.completeState(intent);
            endPod("training vanished");
        } else if (!maxRuntime.isZero() && age().compareTo(maxRuntime) >= 0) {
            endTraining("deadline");
        } else if (budgetSpent()) {
            endTraining("budget");
        } else if (idle()) {
            endTraining("idle");
        } else {
            lookAgain();
        }
    }

    private boolean budgetSpent() {
        BigDecimal price = volume.hourlyPrice == null ? new BigDecimal(pod.price) : new BigDecimal(volume.hourlyPrice);
        BigDecimal cost = price.multiply(BigDecimal.valueOf(age().toSeconds()));
        return maxCost.signum() > 0 && cost.compareTo(maxCost.multiply(BigDecimal.valueOf(3600))) >= 0;
    }

    private boolean idle() {
        boolean still = volume.log.size() == sampledSize && !volume.isBusy(pod);
        sampledSize = volume.log.size();
        quiet = still ? quiet.plus(interval) : Duration.ZERO;
        return !idleTimeout.isZero() && quiet.compareTo(idleTimeout) >= 0;
    }

    /** Lets the trainer save, with force after SAVE_GRACE; then ends the pod. */
    private void endTraining(String why) {
        SimTraining training = volume.trainingOn(pod);
        if (!isTraining() || training == null) {
            endPod(why);
            return;
        }
        volume.ending = why;
        training.terminate();
        pod.inContainer(saveGrace.plusSeconds(1), () -> {
            if (volume.trainsHere(pod)) {
                training.killTrainer();
            }
            pod.inContainer(Duration.ofSeconds(20), () -> {
                readState();
                if (isTraining()) {
                    volume.completeState(intent);
                }
                pod.inContainer(interval, () -> endPod(why));
            });
        });
    }

    private void endPod(String why) {
        world.count("guard: " + why);
        readState();
        if (phase.equals("ended") && !reason.equals("superseded")) {
            Integer code = volume.exitCode;
            say("outcome run=" + pod.env.get("POD_TRAIN_RUN") + " intent=" + intent + " reason=" + reason
                    + " exit_code=" + (code == null ? "none" : code));
        }
        say("ending-pod: " + why);
        tryToEnd(onExit.equals("terminate") ? "TERMINATED" : "EXITED", 1, why);
    }

    /** Four ways a round, of which the first or the second works where the provider is well. */
    private void tryToEnd(String how, int tries, String why) {
        if (!world.trouble(2)) {
            say("stop-tried: rest answered 200");
            pod.end(how, "its guard: " + why);
            return;
        }
        world.count("guard: stop refused");
        say("stop-tried: rest answered 500");
        boolean roundIsOver = tries % 4 == 0;
        pod.inContainer(
                Duration.ofSeconds(roundIsOver ? 30 : 5),
                () -> tryToEnd(roundIsOver && isExpendable() ? "TERMINATED" : how, tries + 1, why));
    }

    private boolean isExpendable() {
        return "1".equals(pod.env.get("POD_TRAIN_HAS_NETWORK_VOLUME"));
    }
}
