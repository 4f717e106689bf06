package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.config.Settings;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.CpuType;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.run.FileOperations.SyncListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The pods that this machine rents for moving data only: on CPUs, with the network volume, ended afterwards. Their records
 * are apart from those of runs, one for each volume, and have the same form: a pod whose client was killed is found in
 * them and used, and then ended, by the next command.
 */
final class DataPods {
    /** Two do: one for SSH, one for writing. */
    static final int VCPUS = 2;

    private static final String OUTPUT_DIR = "data";

    private final RunStore store;
    private final Supplier<String> newIntent;
    private final Time time;

    DataPods(RunStore store, Supplier<String> newIntent, Time time) {
        this.store = store;
        this.newIntent = newIntent;
        this.time = time;
    }

    /** What could be rented in the volume's data center now, the cheapest first. */
    static List<CpuType> offers(Cloud cloud, NetworkVolume volume) throws InterruptedException {
        return cloud.pods().cpuTypes(VCPUS).stream()
                .filter(type -> type.isAvailableIn(volume.dataCenter()))
                .toList();
    }

    /** A pod that this machine rented for the volume before and that is still there. */
    Optional<LivePod> left(Cloud cloud, NetworkVolume volume, SyncListener listener) throws InterruptedException {
        Optional<RunState> known = known(volume);
        return known.isEmpty()
                ? Optional.empty()
                : new Survey(cloud, store, known.get().id(), time).livePod(listener);
    }

    private Optional<RunState> known(NetworkVolume volume) {
        return store.all().stream()
                .filter(state -> state.definition().volumeId().equals(volume.id()))
                .findFirst();
    }

    /**
     * Gets a pod that answers, the one that is left or a new one.
     *
     * @param mayRent whether the user has agreed to rent one
     * @throws ProblemException if there is none to be had; nothing is rented then, or the problem says what is
     */
    DataPod obtain(
            Settings settings,
            Cloud cloud,
            NetworkVolume volume,
            Path projectDir,
            boolean local,
            boolean keep,
            boolean mayRent,
            SyncListener listener)
            throws InterruptedException {
        RunId id = known(volume)
                .map(RunState::id)
                .orElseGet(() -> new RunId("data-" + newIntent.get().substring(0, 6)));
        RunStore.LaunchLock lock = store.tryLock(id).orElseThrow(() -> busy(volume));
        boolean obtained = false;
        try {
            Ledger ledger = store.ledger(id);
            if (ledger.state().isEmpty()) {
                ledger.append(new LedgerEvent.Defined(
                        time.now(), id, projectDir.toString(), "", OUTPUT_DIR, volume.id(), OUTPUT_DIR, local));
            }
            Path own = settings.pod().sshKeyPath();
            Path key = own == null ? store.privateKey(id) : own;
            RentDataPod rent =
                    new RentDataPod(id, settings, cloud, volume, ledger, key, keep, newIntent, time, listener);
            Optional<LivePod> left = new Survey(cloud, store, id, time).livePodUnderLock(listener);
            if (left.isEmpty() && !mayRent) {
                throw endedMeanwhile();
            }
            StagedPod pod = left.isPresent() ? rent.use(left.get()) : rent.rent(offers(cloud, volume));
            obtained = true;
            return new DataPod(id, pod, cloud, ledger, key, lock, keep, time, listener);
        } finally {
            if (!obtained) {
                lock.close();
            }
        }
    }

    private static ProblemException endedMeanwhile() {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "the pod that was to take the data has ended meanwhile",
                "the plan was to use it, not to rent another one",
                "run the same command again",
                "nothing was rented"));
    }

    private static ProblemException busy(NetworkVolume volume) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "another pod-train is moving data to volume " + volume.name() + " from this machine",
                "it has rented a pod for that and will end it",
                "wait for it, then run the command again",
                "this command has rented nothing"));
    }
}
