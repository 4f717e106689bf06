package dev.podtrain.local;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.podtrain.local.PodDefinition.Compute;
import dev.podtrain.local.PodDefinition.ContainerSpec;
import dev.podtrain.local.PodDefinition.Mounts;
import dev.podtrain.local.PodLife.Container;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A pod as REST v2 shows it ({@code Pod} of the provider's OpenAPI file, 2026-08-20). */
record PodAnswer(
        String id,
        String name,
        PodStatus status,
        List<String> actions,
        String image,
        String args,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> entrypoint,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> cmd,
        int disk,
        Mounts mounts,
        List<String> ports,
        Map<String, String> env,
        @Nullable String registry,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Gpu gpu,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Cpu cpu,
        String cloud,
        @Nullable String dataCenterId,
        @Nullable String cudaVersion,
        Ssh ssh,
        @Nullable String template,
        BigDecimal cost,
        boolean locked,
        GlobalNetworking globalNetworking,
        @Nullable Running runtime,
        Instant createdAt,
        @Nullable Instant startedAt) {

    record Gpu(String id, int count, int vcpuCount, int memory) {}

    record Cpu(String id, int vcpuCount, int memory) {}

    record Ssh(@Nullable Endpoint proxy, @Nullable Endpoint direct) {}

    record Endpoint(String host, int port, String username, String command) {}

    record GlobalNetworking(boolean enabled) {}

    record Running(long uptime, List<GpuUse> gpus, Use cpu, Use memory, List<Port> ports) {}

    record GpuUse(int util, int memoryUtil) {}

    record Use(int util) {}

    /** The provider's word for the two sides of a mapping are Java's keywords. */
    record Port(
            @com.fasterxml.jackson.annotation.JsonProperty("private")
            int inside,

            @com.fasterxml.jackson.annotation.JsonProperty("public") @Nullable
            Integer outside,

            String type,
            @Nullable String ip) {}

    static PodAnswer of(PodRecord pod, Instant now) {
        PodDefinition definition = pod.definition();
        ContainerSpec container = definition.container();
        PodLife life = pod.life();
        Compute compute = definition.compute();
        String gpuId = compute.gpuId();
        String cpuId = compute.cpuId();
        return new PodAnswer(
                pod.id(),
                container.name(),
                life.status(),
                actions(life.status()),
                container.image(),
                container.args(),
                container.entrypoint(),
                container.cmd(),
                container.disk(),
                definition.mounts(),
                container.ports(),
                container.env(),
                container.registry(),
                gpuId != null ? new Gpu(gpuId, life.gpuCount(), compute.vcpuCount(), compute.memoryGb()) : null,
                cpuId != null ? new Cpu(cpuId, compute.vcpuCount(), compute.memoryGb()) : null,
                definition.cloud(),
                definition.dataCenter(),
                definition.cudaVersion(),
                ssh(pod),
                null,
                life.status().isBilled() ? definition.hourlyPrice() : BigDecimal.ZERO,
                life.locked(),
                new GlobalNetworking(definition.globalNetworking()),
                runtime(pod, now),
                definition.createdAt(),
                life.startedAt());
    }

    private static List<String> actions(PodStatus status) {
        return switch (status) {
            case PROVISIONING, STARTING -> List.of("stop", "terminate");
            case RUNNING -> List.of("stop", "restart", "terminate");
            case EXITED -> List.of("start", "terminate");
        };
    }

    private static Ssh ssh(PodRecord pod) {
        String user = pod.definition().proxyUser();
        Endpoint proxy = new Endpoint("ssh.runpod.io", 22, user, "ssh " + user + "@ssh.runpod.io");
        Container container = pod.life().container();
        if (container == null || !pod.definition().container().wantsSsh()) {
            return new Ssh(proxy, null);
        }
        int port = container.sshPort();
        return new Ssh(proxy, new Endpoint("127.0.0.1", port, "root", "ssh root@127.0.0.1 -p " + port));
    }

    /** Null until a container runs, although the status says RUNNING from the first moment (seen live 2026-08-20). */
    private static @Nullable Running runtime(PodRecord pod, Instant now) {
        Container container = pod.life().container();
        if (container == null) {
            return null;
        }
        List<Port> ports = new ArrayList<>();
        for (String wanted : pod.definition().container().ports()) {
            int slash = wanted.indexOf('/');
            int inside = Integer.parseInt(wanted.substring(0, slash));
            String type = wanted.substring(slash + 1);
            int outside = wanted.equals("22/tcp") ? container.sshPort() : inside;
            ports.add(new Port(inside, outside, type, "127.0.0.1"));
        }
        // The platform's own, unrelated to what was asked for (seen live 2026-08-20).
        ports.add(new Port(19123, null, "http", "100.65.0.1"));
        List<GpuUse> gpus = new ArrayList<>();
        for (int i = 0; i < pod.life().gpuCount(); i++) {
            gpus.add(new GpuUse(0, 0));
        }
        long uptime = Math.max(0, Duration.between(container.startedAt(), now).toSeconds());
        return new Running(uptime, gpus, new Use(1), new Use(1), ports);
    }
}
