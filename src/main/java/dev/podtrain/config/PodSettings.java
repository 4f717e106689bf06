package dev.podtrain.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pod to rent.
 *
 * @param gpuTypes catalog ids in order of preference, at least one
 * @param gpuCount 1 to 16
 * @param dataCenters upper-case ids; empty leaves the choice to the network volume or the provider
 * @param image a container image with its tag
 * @param containerDiskGb the disk that is lost with the pod
 * @param volumeGb the host-bound volume of a pod without a network volume
 * @param minFreeGb what must be free on the workspace before a training starts, in GB
 * @param minCudaVersion {@code major.minor}, or null for no floor
 * @param sshKeyPath a private key that exists and can be read, absolute; null if the program makes its own
 */
public record PodSettings(
        List<String> gpuTypes,
        int gpuCount,
        List<String> dataCenters,
        CloudChoice cloud,
        String image,
        int containerDiskGb,
        int volumeGb,
        int minFreeGb,
        @Nullable String minCudaVersion,
        @Nullable Path sshKeyPath) {

    public PodSettings {
        gpuTypes = List.copyOf(gpuTypes);
        dataCenters = List.copyOf(dataCenters);
    }
}
