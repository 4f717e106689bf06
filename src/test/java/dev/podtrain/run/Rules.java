package dev.podtrain.run;

import dev.podtrain.config.Limits;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunState;
import dev.podtrain.pod.Pod;
import dev.podtrain.script.PodScripts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * What holds in every world at every step, whatever goes wrong. The numbers are those of the rules:
 *
 * <ol>
 *   <li>Every pod is armed with the guard and the limits that the user set, and none outlives them.
 *   <li>At most one training of a run goes on at a time, and none takes over from a pod that is alive.
 *   <li>Every request that costs money has its intent on disk, and at most one pod is ever billed for an intent.
 *   <li>A training resumes from the newest whole checkpoint.
 *   <li>The bytes of the log arrive once and in order.
 *   <li>The ledger accounts for each second for which a pod was billed.
 *   <li>A finished run is not trained again.
 *   <li>A command ends in a way that the user can read, and it ends.
 *   <li>A training begins on a pod that has its GPUs only.
 *   <li>A training counts as finished or failed only if its own end says so: one that was stopped did not fail.
 * </ol>
 */
@SuppressWarnings("DoNotCallSuggester") // a rule that is broken whenever it is asked
@NullUnmarked // a world is full of what is not there yet, or not any more
final class Rules {
    /** Log lines carry whole seconds, and a guard's last word comes a moment before its pod's end. */
    private static final Duration GRAIN = Duration.ofSeconds(2);

    private static final Pattern ENDED =
            Pattern.compile("pod (\\w+) was (?:stopped|terminated); nothing is billed for its GPU");

    /** A rule was broken: ends the world. */
    static final class Broken extends Error {
        private static final long serialVersionUID = 1L;

        Broken(int rule, String how) {
            super("rule " + rule + ": " + how);
        }
    }

    private final SimWorld world;
    private final Map<String, String> podOf = new HashMap<>();
    private final Map<String, String> endOf = new HashMap<>();

    Rules(SimWorld world) {
        this.world = world;
    }

    private static Broken broken(int rule, String how) {
        return new Broken(rule, how);
    }

    // --- Renting ----------------------------------------------------------------------------------------------------

    /** A create or a start arrives at the provider. */
    void asked(SimClient client, Map<String, String> env, String args) {
        String intent = env.getOrDefault(Pod.INTENT_VARIABLE, "none");
        if (!client.machine().intends(intent)) {
            throw broken(3, "a pod is asked for without its intent " + intent + " on disk");
        }
        Limits limits = client.spec().settings().limits();
        Map<String, String> wanted = Map.of(
                "BOOT_GRACE", Long.toString(limits.bootGrace().toSeconds()),
                "MAX_RUNTIME", Long.toString(limits.maxRuntime().toSeconds()),
                "IDLE_TIMEOUT", Long.toString(limits.idleTimeout().toSeconds()),
                "SAVE_GRACE", Long.toString(limits.saveGrace().toSeconds()),
                "MAX_COST", limits.maxCostUsd().toPlainString(),
                "ON_EXIT", limits.onExit().word());
        wanted.forEach((name, value) -> {
            if (!value.equals(env.get("POD_TRAIN_" + name))) {
                throw broken(1, "a pod gets " + name + "=" + env.get("POD_TRAIN_" + name) + ", not " + value);
            }
        });
        if (!PodScripts.guardCommand().equals(args)) {
            throw broken(1, "a pod is asked for without its guard");
        }
        notFinished(client, intent);
    }

    private static void notFinished(SimClient client, String intent) {
        List<Attempt> attempts =
                client.machine().state().map(RunState::attempts).orElse(List.of());
        Optional<Attempt> last = attempts.stream()
                .filter(attempt -> !attempt.intent().equals(intent) && attempt.phase() != Attempt.Phase.REFUSED)
                .reduce((before, after) -> after);
        if (last.isPresent() && isFinishedUnchanged(last.get(), client.spec())) {
            throw broken(7, "a pod is rented for a run that is known to have finished unchanged");
        }
    }

    /** Said here once more: a rule that asked the program would follow it astray. */
    private static boolean isFinishedUnchanged(Attempt last, RunSpec wanted) {
        LedgerEvent.Ended ended = last.ended();
        return ended != null
                && ended.reason() == EndReason.FINISHED
                && !wanted.request().forceRestart()
                && last.intended().treeHash().equals(wanted.tree().treeHash())
                && last.intended().configHash().equals(wanted.config().sha256());
    }

    void billed(SimPod pod) {
        String other = podOf.putIfAbsent(pod.intent(), pod.id);
        if (other != null && !other.equals(pod.id)) {
            throw broken(3, "two pods are billed for one intent: " + other + " and " + pod.id);
        }
    }

    void unguarded(SimPod pod) {
        throw broken(1, "pod " + pod.id + " runs without its guard");
    }

    void resetsRunning(SimPod pod) {
        throw broken(2, "running pod " + pod.id + " is changed, which ends what runs on it");
    }

    // --- Training ---------------------------------------------------------------------------------------------------

    void trainingStarts(@Nullable SimTraining other, SimPod pod, String intent) {
        if (pod.gpus == 0 || pod.boot == SimPod.Boot.NO_GPU) {
            throw broken(9, intent + " trains on " + pod.id + ", which has no GPU");
        }
        if (other != null && other.isAlive()) {
            throw broken(2, intent + " trains on " + pod.id + " beside " + other.intent() + " on " + other.pod().id);
        }
    }

    void lockTakenOver(@Nullable SimTraining holder, String owner, SimPod ownerPod, boolean told) {
        boolean trains = holder != null && holder.isAlive() && holder.intent().equals(owner);
        boolean alive = ownerPod.isBilled() && ownerPod.intent().equals(owner);
        if (trains || (told && alive)) {
            throw broken(2, "the lock of " + owner + " is taken over while its pod " + ownerPod.id + " is alive");
        }
    }

    void resumes(SimCheckpoints checkpoints, Optional<String> chosen, boolean afresh) {
        if (!afresh && !chosen.equals(checkpoints.newestWhole())) {
            throw broken(4, "resumes from " + chosen + ", the newest whole one is " + checkpoints.newestWhole());
        }
    }

    /** A training has ended; what it says of itself is what every command has to say. */
    void trainingEnded(String intent, String reason) {
        endOf.put(intent, reason);
    }

    /** What a machine has written down about how its trainings ended. */
    void tellsTheTruth(SimMachine machine) {
        List<Attempt> attempts = machine.state().map(RunState::attempts).orElse(List.of());
        for (Attempt attempt : attempts) {
            LedgerEvent.Ended told = attempt.ended();
            boolean judged = told != null && (told.reason() == EndReason.FINISHED || told.reason() == EndReason.FAILED);
            // A pod that finds the run finished starts no training of its own.
            String truth =
                    endOf.getOrDefault(attempt.intent(), endOf.containsValue("finished") ? "finished" : "unseen");
            if (judged && !told.reason().word().equals(truth)) {
                throw broken(
                        10,
                        "attempt " + attempt.number() + " counts as "
                                + told.reason().word() + " on " + machine.name + ", but it ended as " + truth);
            }
        }
    }

    // --- The log ----------------------------------------------------------------------------------------------------

    /** A reading of the log begins on a pod; another terminal may have read further meanwhile. */
    void reads(SimClient client, long offset) {
        if (offset > client.machine().copySize()) {
            throw broken(
                    5,
                    "the log is read from " + offset + ", but "
                            + client.machine().copySize() + " are here");
        }
    }

    /** A client's user is shown bytes of the log. */
    void shown(SimVolume.Log log, long expected, long offset, byte[] bytes, int length) {
        if (offset != expected) {
            throw broken(5, "bytes from " + offset + " are shown where those from " + expected + " come next");
        }
        if (!log.holds(offset, bytes, length)) {
            throw broken(5, "the bytes shown from " + offset + " are not the log's");
        }
    }

    /** @param complete whether everything must have arrived */
    void copied(SimVolume.Log log, SimMachine machine, boolean complete) {
        try {
            Path file = machine.copyFile();
            byte[] copy = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            if (!log.holds(0, copy, copy.length)) {
                throw broken(5, "the copy of the log on " + machine.name + " is not the log");
            }
            if (complete && copy.length != log.size()) {
                throw broken(5, "only " + copy.length + " of " + log.size() + " bytes of the log arrived");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- The end ----------------------------------------------------------------------------------------------------

    /** Where the user was told that a pod is not billed any more, the ledger says so too. */
    void left(SimMachine machine, String left) {
        Matcher told = ENDED.matcher(left);
        while (told.find()) {
            String pod = told.group(1);
            boolean open = machine.state().stream()
                    .flatMap(state -> state.maybeBilled().stream())
                    .anyMatch(attempt -> attempt.podId().equals(Optional.of(pod)));
            if (open) {
                throw broken(6, "it was said: " + left + "; the ledger does not know that " + pod + " has ended");
            }
        }
    }

    /** Nobody has looked after the pods for longer than any of their limits. */
    void allEnded(List<SimPod> pods) {
        for (SimPod pod : pods) {
            if (pod.isBilled() && pod.guarded) {
                throw broken(1, "pod " + pod.id + " outlives its guard's limits");
            }
            if (pod.isBilled()) {
                world.count("end: a pod that never booted is billed on");
            }
        }
    }

    /** Every second that a pod was billed is in the ledger of the machine that knew of it. */
    void accounts(List<SimPod> pods, SimMachine machine) {
        for (SimPod pod : pods) {
            for (SimPod.Bill bill : pod.bills) {
                machine.state().flatMap(state -> state.attempt(bill.intent())).ifPresent(attempt -> {
                    if (!isKnownToBeUnknowable(attempt, pod)) {
                        accountsFor(bill, attempt, pod, machine);
                    }
                });
            }
        }
        if (machine.state().stream().anyMatch(state -> !state.maybeBilled().isEmpty())) {
            throw broken(6, "on " + machine.name + " an attempt is not known to have ended");
        }
    }

    /**
     * The provider tells nothing of a pod that was terminated before anybody asked after it: a create whose answer was
     * never seen and whose pod its guard has terminated since leaves no trace but the bill.
     */
    private boolean isKnownToBeUnknowable(Attempt attempt, SimPod pod) {
        boolean unseen = attempt.rented() == null
                && attempt.refused() != null
                && attempt.refused().detail().startsWith("no pod appeared; the answer")
                && pod.status.equals("TERMINATED")
                && !pod.bills
                        .get(pod.bills.size() - 1)
                        .to()
                        .isAfter(attempt.refused().at());
        if (unseen) {
            world.count("end: a pod that nobody could know of");
        }
        return unseen;
    }

    private static void accountsFor(SimPod.Bill bill, Attempt attempt, SimPod pod, SimMachine machine) {
        LedgerEvent.Rented rented = attempt.rented();
        LedgerEvent.PodEnded ended = attempt.podEnded();
        String what =
                "pod " + pod.id + " was billed for " + bill.intent() + " from " + bill.from() + " to " + bill.to();
        if (rented == null || ended == null) {
            throw broken(6, what + ", of which the ledger on " + machine.name + " knows " + attempt);
        }
        Instant from = rented.at().isBefore(attempt.intended().at())
                ? rented.at()
                : attempt.intended().at();
        Instant to = bill.to();
        if (to == null
                || bill.from().isBefore(from.minus(GRAIN))
                || to.isAfter(ended.at().plus(GRAIN))) {
            throw broken(6, what + ", the ledger on " + machine.name + " has from " + from + " to " + ended.at());
        }
    }

    /** After a healthy launch. */
    void finished(SimVolume volume, EndReason reason) {
        SimVolume.State state = volume.state;
        if (state == null || !state.phase().equals("ended")) {
            throw broken(8, "a healthy launch ended as " + reason + ", but the volume says " + state);
        }
    }
}
