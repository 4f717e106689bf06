package dev.podtrain.local;

import dev.podtrain.base.Time;
import dev.podtrain.local.PodDefinition.Compute;

/** What every pod needs of the cloud around it. */
record PodHost(
        Time time,
        StateDir state,
        Sandbox sandbox,
        SshPorts ports,
        Ids ids,
        Catalog catalog,
        String apiUrl,
        String graphqlUrl) {

    int gpuMemoryGb(Compute compute) {
        String id = compute.gpuId();
        return id == null ? 0 : catalog.gpu(id).map(Catalog.Gpu::memory).orElse(0);
    }
}
