package dev.podtrain.pod;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pod as the provider described it at one moment.
 *
 * @param gpuId id from the catalog; empty for a pod without a GPU
 * @param gpuCount 0 is possible after a start, when the machine's GPUs went to somebody else
 * @param dataCenter null until the pod is placed
 * @param hourlyPriceUsd for the whole pod; 0 when it is stopped, although its disks are still billed
 * @param ssh direct SSH as last reported, which may be stale; use {@link #sshAddress()}
 * @param hasRuntime the container is up; {@link PodStatus#RUNNING} alone does not say so
 * @param env the container's own variables, readable by anyone with a key of the account
 * @param ports as asked for, {@code 22/tcp}
 * @param createdAt null if the provider did not say
 * @param startedAt null before the first start
 * @param disks what it stores and where
 */
public record Pod(
        PodId id,
        String name,
        PodStatus status,
        String image,
        String gpuId,
        int gpuCount,
        CloudType cloud,
        @Nullable String dataCenter,
        BigDecimal hourlyPriceUsd,
        @Nullable SshAddress ssh,
        boolean hasRuntime,
        Map<String, String> env,
        List<String> ports,
        @Nullable Instant createdAt,
        @Nullable Instant startedAt,
        PodDisks disks) {

    /** The variable that ties a pod to the one create or start that asked for it. */
    public static final String INTENT_VARIABLE = "POD_TRAIN_INTENT";

    public Pod {
        env = Map.copyOf(env);
        ports = List.copyOf(ports);
    }

    /** True if a log-in is worth trying: running, container up, direct SSH published. */
    public boolean isReady() {
        return status == PodStatus.RUNNING && hasRuntime && ssh != null;
    }

    /** Where to log in; empty unless the pod is ready, because a stopped pod may still show its last port. */
    public Optional<SshAddress> sshAddress() {
        return isReady() ? Optional.ofNullable(ssh) : Optional.empty();
    }

    /** The intent this pod was created or last started for; empty for a pod that is not ours. */
    public Optional<String> intent() {
        return Optional.ofNullable(env.get(INTENT_VARIABLE));
    }

    /** Leaves the variables' values out: people put keys there. */
    @Override
    public String toString() {
        return "Pod[" + id + " '" + name + "' " + status + " " + gpuCount + " x " + gpuId + " in " + dataCenter + "]";
    }
}
