package dev.podtrain.local;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for when a pod was created, with what the cloud decided for good.
 *
 * @param proxyUser user name at the SSH proxy: opaque, never used here
 * @param scopedKey the key that the pod finds in its environment, good for this pod only
 * @param hourlyPrice USD for the whole pod while it runs
 */
record PodDefinition(
        String id,
        String proxyUser,
        String scopedKey,
        ContainerSpec container,
        Mounts mounts,
        Compute compute,
        String cloud,
        String dataCenter,
        @Nullable String cudaVersion,
        BigDecimal hourlyPrice,
        boolean globalNetworking,
        Instant createdAt) {

    PodDefinition with(ContainerSpec newContainer, Mounts newMounts, boolean newGlobalNetworking) {
        return new PodDefinition(
                id,
                proxyUser,
                scopedKey,
                newContainer,
                newMounts,
                compute,
                cloud,
                dataCenter,
                cudaVersion,
                hourlyPrice,
                newGlobalNetworking,
                createdAt);
    }

    /**
     * What runs and how.
     *
     * @param disk GB
     * @param args the command as text, as it was sent; empty for the image's own
     */
    record ContainerSpec(
            String name,
            String image,
            int disk,
            List<String> ports,
            Map<String, String> env,
            String args,
            List<String> entrypoint,
            List<String> cmd,
            @Nullable String registry) {
        ContainerSpec {
            ports = List.copyOf(ports);
            // Insertion order is kept: people compare what they sent with what they get.
            env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
            entrypoint = List.copyOf(entrypoint);
            cmd = List.copyOf(cmd);
        }

        boolean wantsSsh() {
            return ports.contains("22/tcp");
        }
    }

    /** At most one of the two is used. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Mounts(@Nullable Persistent persistent, List<Network> network) {
        Mounts {
            network = network == null ? List.of() : List.copyOf(network);
        }

        /** A host-bound volume of so many GB. */
        record Persistent(int size, String path) {}

        record Network(String volumeId, String path) {}
    }

    /** Either a GPU type with a count or a CPU flavour with a count. */
    record Compute(
            @Nullable String gpuId, int gpuCount, @Nullable String cpuId, int vcpuCount, int memoryGb) {}
}
