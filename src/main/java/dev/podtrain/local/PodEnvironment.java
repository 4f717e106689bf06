package dev.podtrain.local;

import dev.podtrain.local.PodDefinition.Mounts;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The environment of a container: what the provider sets, over what the create asked for.
 *
 * <p>Source of the names: docs.runpod.io, "Environment variables" (read 2026-08-20).
 */
final class PodEnvironment {
    private PodEnvironment() {}

    static Map<String, String> of(PodRecord pod, String hostName, int sshPort) {
        PodDefinition definition = pod.definition();
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", PodImage.PATH);
        environment.put("HOME", "/root");
        environment.put("LANG", "C.UTF-8");
        environment.put("HOSTNAME", hostName);
        if (definition.cudaVersion() != null) {
            environment.put("CUDA_VERSION", definition.cudaVersion());
        }
        environment.putAll(definition.container().env());
        environment.put("RUNPOD_POD_ID", pod.id());
        // Also over one that the create sent: the account's key does not get into a pod by accident.
        environment.put("RUNPOD_API_KEY", definition.scopedKey());
        environment.put("RUNPOD_POD_HOSTNAME", definition.proxyUser());
        environment.put("RUNPOD_DC_ID", definition.dataCenter());
        if (definition.compute().gpuId() != null) {
            environment.put("RUNPOD_GPU_COUNT", Integer.toString(pod.life().gpuCount()));
        }
        environment.put(
                "RUNPOD_CPU_COUNT", Integer.toString(definition.compute().vcpuCount()));
        environment.put("RUNPOD_MEM_GB", Integer.toString(definition.compute().memoryGb()));
        environment.put("RUNPOD_PUBLIC_IP", "127.0.0.1");
        if (definition.container().wantsSsh()) {
            environment.put("RUNPOD_TCP_PORT_22", Integer.toString(sshPort));
        }
        for (Mounts.Network mount : definition.mounts().network()) {
            environment.put("RUNPOD_VOLUME_ID", mount.volumeId());
        }
        return environment;
    }
}
