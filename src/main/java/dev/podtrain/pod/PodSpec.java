package dev.podtrain.pod;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pod to be created: one kind of hardware, one cloud. Another candidate is another spec.
 *
 * @param dataCenters upper-case ids of which one is chosen; empty for anywhere. With a network volume, its data center
 * @param volume null for the container disk only; a pod on CPUs cannot have a persistent one
 * @param ports such as {@code 22/tcp}; there is no default
 * @param env at most 50 variables; not for secrets
 * @param args replaces the image's command, split like a shell would; empty for the image's own
 */
public record PodSpec(
        String name,
        String image,
        int containerDiskGb,
        Hardware hardware,
        CloudType cloud,
        List<String> dataCenters,
        @Nullable VolumeMount volume,
        List<String> ports,
        Map<String, String> env,
        String args) {

    /** What a pod computes with. */
    public sealed interface Hardware {
        /**
         * GPUs of one type.
         *
         * @param id of the catalog
         * @param minCudaVersion such as {@code 12.8}; null for any host driver
         */
        record Gpus(String id, int count, @Nullable String minCudaVersion) implements Hardware {
            @Override
            public String toString() {
                return count + " x " + id;
            }
        }

        /**
         * CPUs only.
         *
         * @param id of the catalog
         * @param vcpuCount a power of two
         */
        record Cpus(String id, int vcpuCount) implements Hardware {
            @Override
            public String toString() {
                return vcpuCount + " vCPUs " + id;
            }
        }
    }

    public PodSpec {
        dataCenters = List.copyOf(dataCenters);
        ports = List.copyOf(ports);
        env = Map.copyOf(env);
    }

    /** A pod on GPUs. */
    public PodSpec(
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
        this(
                name,
                image,
                containerDiskGb,
                new Hardware.Gpus(gpuId, gpuCount, minCudaVersion),
                cloud,
                dataCenters,
                volume,
                ports,
                env,
                args);
    }

    /** Leaves the variables' values and the command out: people put keys there. */
    @Override
    public String toString() {
        return "PodSpec['" + name + "' " + hardware + " " + cloud + " " + dataCenters + "]";
    }
}
