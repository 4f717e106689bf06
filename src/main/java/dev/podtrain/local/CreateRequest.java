package dev.podtrain.local;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of a create, its form checked but none of the rules between its members.
 *
 * @param gpuCount null if it was left out, which the provider answers as if it had no GPU
 */
record CreateRequest(
        PodRequest pod,
        @Nullable String gpuId,
        @Nullable Integer gpuCount,
        @Nullable String minCudaVersion,
        List<String> allowedCudaVersions,
        @Nullable String cpuId,
        int vcpuCount,
        String cloud,
        List<String> dataCenterIds,
        boolean startSsh) {

    /** @throws Refusal 422 with every violation */
    static CreateRequest parse(Body body) {
        PodRequest pod = PodRequest.read(body, true);
        if (pod.image() == null && pod.templateId() == null) {
            body.fail("image", "property is missing");
        }
        Optional<Body> gpu = body.part("gpu");
        Optional<Body> cpu = body.part("cpu");
        CreateRequest request = new CreateRequest(
                pod,
                gpu.map(part -> part.needText("id")).orElse(null),
                gpu.flatMap(part -> part.number("count", 1, 1000)).orElse(null),
                gpu.flatMap(part -> version(part, "minCudaVersion")).orElse(null),
                gpu.flatMap(part -> part.texts("allowedCudaVersions", PodRequest.VERSION))
                        .orElse(List.of()),
                cpu.map(part -> part.needText("id")).orElse(null),
                cpu.map(part -> PodRequest.need(part, "vcpuCount", 2)).orElse(0),
                body.oneOf("cloud", List.of("SECURE", "COMMUNITY")).orElse("SECURE"),
                body.texts("dataCenterIds", PodRequest.ANY).orElse(List.of()),
                body.flag("startSsh").orElse(false));
        gpu.ifPresent(part -> {
            part.number("minRamPerGpu", 1, Integer.MAX_VALUE);
            part.number("minVcpuCountPerGpu", 1, Integer.MAX_VALUE);
        });
        body.flag("startJupyter");
        body.check();
        return request;
    }

    private static Optional<String> version(Body part, String name) {
        Optional<String> value = part.text(name);
        if (value.isPresent() && !PodRequest.VERSION.matcher(value.get()).matches()) {
            part.fail(name, "string doesn't match the regular expression \"" + PodRequest.VERSION + "\"");
        }
        return value;
    }

    /** What faults know the hardware by; null if there is none. */
    @Nullable
    String hardwareId() {
        return gpuId == null ? cpuId : gpuId;
    }

    Map<String, String> env() {
        return pod.env() == null ? Map.of() : pod.env();
    }
}
