package dev.podtrain.local;

import dev.podtrain.local.PodDefinition.Mounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The input of GraphQL's deploy mutations in the words of REST: both create the same pods. */
final class GraphqlDeployment {
    private static final String DEFAULT_MOUNT_PATH = "/workspace";
    private static final int DEFAULT_DISK_GB = 10;

    private GraphqlDeployment() {}

    static CreateRequest toRequest(Map<String, Object> input, Catalog catalog) {
        String dataCenter = text(input, "dataCenterId");
        String gpu = text(input, "gpuTypeId");
        String args = textOr(input, "dockerArgs", "");
        PodRequest pod = new PodRequest(
                textOr(input, "name", "pod"),
                textOr(input, "imageName", ""),
                number(input, "containerDiskInGb", DEFAULT_DISK_GB),
                List.of(textOr(input, "ports", "").split(",", -1)).stream()
                        .map(String::strip)
                        .filter(port -> !port.isEmpty())
                        .toList(),
                environment(input.get("env")),
                args.isEmpty() ? null : args,
                null,
                null,
                text(input, "containerRegistryAuthId"),
                mounts(input),
                null,
                null,
                text(input, "templateId"));
        return new CreateRequest(
                pod,
                gpu,
                number(input, "gpuCount", 1),
                text(input, "minCudaVersion"),
                texts(input.get("allowedCudaVersions")),
                gpu == null ? cpuFlavour(input) : null,
                gpu == null ? 2 : 0,
                cloud(textOr(input, "cloudType", "ALL"), gpu, catalog),
                dataCenter == null ? List.of() : List.of(dataCenter),
                Boolean.TRUE.equals(input.get("startSsh")));
    }

    /** {@code ALL} means where the GPU is offered, the secure cloud first. */
    private static String cloud(String wanted, @Nullable String gpu, Catalog catalog) {
        if (!wanted.equals("ALL")) {
            return wanted;
        }
        boolean communityOnly =
                gpu != null && catalog.gpu(gpu).stream().anyMatch(offered -> !offered.isOffered("SECURE"));
        return communityOnly ? "COMMUNITY" : "SECURE";
    }

    /** {@code cpu3c-2-4} is flavour, vCPUs and GB. */
    private static String cpuFlavour(Map<String, Object> input) {
        String instance = textOr(input, "instanceId", "cpu3c-2-4");
        int dash = instance.indexOf('-');
        return dash < 0 ? instance : instance.substring(0, dash);
    }

    private static @Nullable Mounts mounts(Map<String, Object> input) {
        String path = textOr(input, "volumeMountPath", DEFAULT_MOUNT_PATH);
        String networkVolume = text(input, "networkVolumeId");
        if (networkVolume != null) {
            return new Mounts(null, List.of(new Mounts.Network(networkVolume, path)));
        }
        int size = number(input, "volumeInGb", 0);
        return size == 0 ? null : new Mounts(new Mounts.Persistent(size, path), List.of());
    }

    private static Map<String, String> environment(@Nullable Object variables) {
        Map<String, String> environment = new LinkedHashMap<>();
        if (variables instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> variable) {
                    environment.put(String.valueOf(variable.get("key")), String.valueOf(variable.get("value")));
                }
            }
        }
        return environment;
    }

    private static List<String> texts(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static @Nullable String text(Map<String, Object> input, String name) {
        Object value = input.get(name);
        return value == null ? null : value.toString();
    }

    private static String textOr(Map<String, Object> input, String name, String otherwise) {
        Object value = input.get(name);
        return value == null ? otherwise : value.toString();
    }

    private static int number(Map<String, Object> input, String name, int otherwise) {
        return input.get(name) instanceof Integer value ? value : otherwise;
    }
}
