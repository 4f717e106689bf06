package dev.podtrain.pod;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pod to be created: one GPU type, one cloud. Another candidate is another spec.
 *
 * @param minCudaVersion such as {@code 12.8}; null for any host driver
 * @param dataCenters upper-case ids of which one is chosen; empty for anywhere. With a network volume, its data center
 * @param volume null for the container disk only
 * @param ports such as {@code 22/tcp}; there is no default
 * @param env at most 50 variables; not for secrets
 * @param args replaces the image's command, split like a shell would; empty for the image's own
 */
public record PodSpec(
        String name,
        String image,
        int containerDiskGb,
        String gpuId,
        int gpuCount,
        @Nullable String minCudaVersion,
        CloudType cloud,
        List<String> dataCenters,
        @Nullable VolumeMount volume,
        List<String> ports,
        Map<String, String> env,
        String args) {
    public PodSpec {
        dataCenters = List.copyOf(dataCenters);
        ports = List.copyOf(ports);
        env = Map.copyOf(env);
    }

    /** Leaves the variables' values and the command out: people put keys there. */
    @Override
    public String toString() {
        return "PodSpec['" + name + "' " + gpuCount + " x " + gpuId + " " + cloud + " " + dataCenters + "]";
    }
}
