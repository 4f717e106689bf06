package dev.podtrain.run;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** The network volume: the run's files, as {@code docs/remote-protocol.md} lists them, and the training that writes them. */
@NullUnmarked // a world is full of what is not there yet, or not any more
final class SimVolume {
    private static final Duration LOCK_STALE = Duration.ofMinutes(2);

    /** {@code state.json}. */
    record State(
            String intent,
            String pod,
            String phase,
            @Nullable String reason,
            @Nullable Integer exitCode,
            @Nullable String resumedFrom,
            String tree,
            String config) {
        State ended(String why, @Nullable Integer code) {
            return new State(intent, pod, "ended", why, code, resumedFrom, tree, config);
        }

        String json() {
            return "{\"intent\":\"" + intent + "\",\"pod_id\":\"" + pod + "\",\"phase\":\"" + phase + "\",\"reason\":"
                    + quoted(reason) + ",\"exit_code\":" + exitCode + ",\"resumed_from\":" + quoted(resumedFrom) + "}";
        }

        private static String quoted(@Nullable String text) {
            return text == null ? "null" : "\"" + text + "\"";
        }
    }

    /** {@code train.log}: bytes that only ever grow. */
    static final class Log {
        private byte[] bytes = new byte[4096];
        private int size;
        boolean exists;

        int size() {
            return size;
        }

        void append(String text) {
            byte[] more = text.getBytes(StandardCharsets.UTF_8);
            exists = true;
            if (size + more.length > bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * (size + more.length));
            }
            System.arraycopy(more, 0, bytes, size, more.length);
            size += more.length;
        }

        boolean endsInMidLine() {
            return size > 0 && bytes[size - 1] != '\n';
        }

        void copy(int from, byte[] into, int at, int length) {
            System.arraycopy(bytes, from, into, at, length);
        }

        byte[] range(int from, int to) {
            return Arrays.copyOfRange(bytes, from, to);
        }

        /** Whether these bytes are the log's, at that place. */
        boolean holds(long offset, byte[] other, int length) {
            return offset + length <= size
                    && Arrays.equals(bytes, (int) offset, (int) offset + length, other, 0, length);
        }
    }

    private final SimWorld world;
    private final Rules rules;
    final SimCheckpoints checkpoints;
    final Log log = new Log();
    final Map<String, Instant> firstBoots = new HashMap<>();
    boolean hasCode;
    boolean full;

    @Nullable
    Map<String, String> settings;

    @Nullable
    String hourlyPrice;

    @Nullable
    State state;

    @Nullable
    Integer exitCode;

    @Nullable
    String ending;

    /** {@code lock/owner}: the training that holds the run. */
    @Nullable
    String lockIntent;

    private @Nullable SimPod lockPod;
    private Instant lockedAt;
    private Instant heartbeat;
    private @Nullable SimTraining training;

    SimVolume(SimWorld world, Rules rules, SimCheckpoints checkpoints) {
        this.world = world;
        this.rules = rules;
        this.checkpoints = checkpoints;
        this.lockedAt = world.now();
        this.heartbeat = world.now();
    }

    // --- The training -----------------------------------------------------------------------------------------------

    /** The training that lives on this pod; null if none does. */
    @Nullable
    SimTraining trainingOn(SimPod pod) {
        SimTraining here = training;
        return here != null && here.isAlive() && here.isOn(pod) ? here : null;
    }

    boolean trainsHere(SimPod pod) {
        return trainingOn(pod) != null;
    }

    /** Whether a trainer makes progress on this pod, be it without a word. */
    boolean isBusy(SimPod pod) {
        SimTraining here = trainingOn(pod);
        return here != null && !here.hangs();
    }

    void podStopped(SimPod pod) {
        SimTraining here = trainingOn(pod);
        if (here != null) {
            remember(pod);
            here.vanish();
        }
    }

    /** The last heartbeat of a training whose pod stops or freezes. */
    void remember(SimPod pod) {
        if (trainsHere(pod)) {
            heartbeat = world.now();
        }
    }

    private Instant lastHeartbeat() {
        SimTraining current = training;
        return current != null && current.isAlive() && !current.pod().frozen ? world.now() : heartbeat;
    }

    /** The guard's word about a training that could not tell its end itself. */
    void completeState(String intent) {
        State now = state;
        if (now != null && now.intent().equals(intent) && !now.phase().equals("ended")) {
            String why = ending != null ? ending : exitCode == null ? "killed" : exitCode == 0 ? "finished" : "failed";
            state = now.ended(why, exitCode);
        }
    }

    boolean holdsLock(String intent) {
        return intent.equals(lockIntent);
    }

    void releaseLock(String intent) {
        if (holdsLock(intent)) {
            lockIntent = null;
        }
    }

    // --- train.sh ---------------------------------------------------------------------------------------------------

    /** {@code train.sh start}: its exit code, and the lock's owner where that is somebody else. */
    record Started(int exitCode, String output) {}

    Started start(SimPod pod) {
        Map<String, String> wanted = settings;
        if (!hasCode || wanted == null) {
            return new Started(1, "");
        }
        if (full) {
            return new Started(1, "no space left on device");
        }
        String intent = wanted.get("INTENT");
        State before = state;
        if (before != null && before.intent().equals(intent)) {
            return new Started(0, "");
        }
        if (isFinishedUnchanged(wanted)) {
            world.count("train.sh: had finished unchanged");
            return new Started(4, "");
        }
        if (!takeLock(intent, pod, wanted.getOrDefault("TAKEOVER_POD", ""))) {
            world.count("train.sh: another training holds the run");
            return new Started(3, lockIntent + " " + holder().id);
        }
        rules.trainingStarts(training, pod, intent);
        exitCode = null;
        ending = null;
        SimTraining fresh = new SimTraining(world, rules, this, pod, intent, wanted);
        training = fresh;
        fresh.begin();
        return new Started(0, "");
    }

    private boolean isFinishedUnchanged(Map<String, String> wanted) {
        State before = state;
        return before != null
                && "finished".equals(before.reason())
                && !"1".equals(wanted.get("FORCE_RESTART"))
                && before.tree().equals(wanted.get("TREE_HASH"))
                && before.config().equals(wanted.get("CONFIG"));
    }

    private boolean takeLock(String intent, SimPod pod, String takeOverFrom) {
        String owner = lockIntent;
        if (owner != null && !owner.equals(intent)) {
            if (!mayTakeOver(owner, pod, takeOverFrom)) {
                return false;
            }
            world.note("  %s takes the lock over from %s on %s", intent, owner, holder().id);
        }
        lockIntent = intent;
        lockPod = pod;
        lockedAt = world.now();
        return true;
    }

    private boolean mayTakeOver(String owner, SimPod pod, String takeOverFrom) {
        State last = state;
        if (last != null && last.intent().equals(owner) && last.phase().equals("ended")) {
            return true;
        }
        SimPod holder = holder();
        boolean told = holder.id.equals(takeOverFrom);
        boolean vanishedHere = holder == pod && !trainsHere(pod) && older(lockedAt, Duration.ofSeconds(20));
        boolean stale = older(lockedAt, LOCK_STALE) && older(lastHeartbeat(), LOCK_STALE);
        if (told || vanishedHere || stale) {
            rules.lockTakenOver(training, owner, holder, told);
            world.count("train.sh: lock taken over, " + (told ? "told" : vanishedHere ? "same pod" : "stale"));
            return true;
        }
        return false;
    }

    private SimPod holder() {
        return Objects.requireNonNull(lockPod);
    }

    private boolean older(Instant since, Duration than) {
        return Duration.between(since, world.now()).compareTo(than) > 0;
    }

    /** {@code train.sh status}; null where it fails. */
    @Nullable
    String status(SimPod pod) {
        if (settings == null) {
            return null;
        }
        State now = state;
        String newest = checkpoints.newestWhole().orElse(null);
        return "{\"state\":" + (now == null ? "null" : now.json()) + ",\"session\":" + trainsHere(pod)
                + ",\"log_bytes\":" + log.size() + ",\"newest_checkpoint\":" + State.quoted(newest) + ",\"exit_code\":"
                + exitCode + "}";
    }
}
