package dev.podtrain.run;

import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.RunState;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodId;
import java.util.Optional;

/** Finds the stopped pod that the user named with POD_ID, or that a run had last, if it can be started for this run. */
final class StoppedPod {
    private final RunSpec spec;
    private final Cloud cloud;
    private final Ledger ledger;
    private final RunListener listener;

    StoppedPod(RunSpec spec, Cloud cloud, Ledger ledger, RunListener listener) {
        this.spec = spec;
        this.cloud = cloud;
        this.ledger = ledger;
        this.listener = listener;
    }

    Optional<Pod> find() throws InterruptedException {
        Optional<String> named = named();
        if (named.isEmpty()) {
            return Optional.empty();
        }
        Optional<Pod> pod = cloud.pods().find(new PodId(named.get()));
        if (pod.isEmpty()) {
            listener.report("pod " + named.get() + " is gone: a new one will be rented");
            return Optional.empty();
        }
        if (!pod.get().status().isEnded()) {
            listener.warn("POD_ID=" + named.get() + " runs something else than this run and is left alone");
            return Optional.empty();
        }
        if (!spec.volumeId().equals(pod.get().disks().networkVolumeId())) {
            // On it the run would silently start from zero, and what it saves would end with the pod.
            listener.warn("pod " + named.get() + " is not on network volume " + spec.volumeId()
                    + ", where this run's checkpoints are: a new one will be rented; the old one stays as it is");
            return Optional.empty();
        }
        if (!spec.settings().pod().gpuTypes().contains(pod.get().gpuId())) {
            listener.warn("pod " + named.get() + " has " + pod.get().gpuId()
                    + ", which GPU_TYPE does not name: a new one will be rented; the old one's disks are billed until"
                    + " it is terminated");
            return Optional.empty();
        }
        return pod;
    }

    /** What the settings said at the start is old once this run has had a pod of its own. */
    private Optional<String> named() {
        Optional<String> last = ledger.state().flatMap(RunState::current).flatMap(Attempt::podId);
        Optional<String> setting = Optional.ofNullable(spec.settings().account().podId());
        return spec.local() || (setting.isPresent() && isOurs(setting.get())) ? last : setting;
    }

    private boolean isOurs(String podId) {
        return ledger.state().stream()
                .flatMap(state -> state.attempts().stream())
                .anyMatch(attempt -> attempt.podId().equals(Optional.of(podId)));
    }
}
