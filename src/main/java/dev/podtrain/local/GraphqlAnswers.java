package dev.podtrain.local;

import dev.podtrain.local.PodDefinition.Compute;
import dev.podtrain.local.PodDefinition.ContainerSpec;
import dev.podtrain.local.PodDefinition.Mounts;
import dev.podtrain.local.PodLife.Container;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What GraphQL shows, by the names of {@code schema.graphqls}. */
final class GraphqlAnswers {
    private GraphqlAnswers() {}

    record User(
            String id,
            String email,
            BigDecimal clientBalance,
            BigDecimal currentSpendPerHr,
            BigDecimal spendLimit,
            boolean underBalance,
            BigDecimal minBalance,
            String pubKey,
            List<Pod> pods,
            List<Volume> networkVolumes) {}

    record Volume(String id, String name, int size, String dataCenterId) {}

    record Machine(String podHostId, String gpuDisplayName, String gpuTypeId, String location, String dataCenterId) {}

    record Port(String ip, boolean isIpPublic, int privatePort, int publicPort, String type) {}

    record GpuUse(String id, int gpuUtilPercent, int memoryUtilPercent) {}

    record ContainerUse(int cpuPercent, int memoryPercent) {}

    record Running(long uptimeInSeconds, List<Port> ports, List<GpuUse> gpus, ContainerUse container) {}

    record Pod(
            String id,
            String name,
            String desiredStatus,
            BigDecimal costPerHr,
            int gpuCount,
            String imageName,
            List<String> env,
            String ports,
            String podType,
            String lastStatusChange,
            String machineId,
            String dockerArgs,
            int containerDiskInGb,
            int volumeInGb,
            @Nullable String volumeMountPath,
            @Nullable String networkVolumeId,
            int memoryInGb,
            int vcpuCount,
            @Nullable Long uptimeSeconds,
            Machine machine,
            @Nullable Running runtime) {}

    static Pod pod(PodRecord pod, Catalog catalog, Instant now) {
        PodDefinition definition = pod.definition();
        ContainerSpec container = definition.container();
        Compute compute = definition.compute();
        Mounts mounts = definition.mounts();
        Mounts.Persistent persistent = mounts.persistent();
        Mounts.Network network =
                mounts.network().isEmpty() ? null : mounts.network().get(0);
        Running running = running(pod, now);
        boolean billed = pod.life().status().isBilled();
        return new Pod(
                pod.id(),
                container.name(),
                billed ? "RUNNING" : "EXITED",
                billed ? definition.hourlyPrice() : BigDecimal.ZERO,
                pod.life().gpuCount(),
                container.image(),
                container.env().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList(),
                String.join(",", container.ports()),
                "RESERVED",
                lastChange(pod),
                "local",
                container.args(),
                container.disk(),
                persistent == null ? 0 : persistent.size(),
                persistent != null ? persistent.path() : network != null ? network.path() : null,
                network == null ? null : network.volumeId(),
                compute.memoryGb(),
                compute.vcpuCount(),
                running == null ? null : running.uptimeInSeconds(),
                machine(definition, catalog),
                running);
    }

    /** In the words of RunPod's own answers, as its Python client shows them. */
    private static String lastChange(PodRecord pod) {
        String by = pod.life().endedBy();
        return by == null ? "Rented by User: " + pod.definition().createdAt() : "Exited by " + by;
    }

    private static Machine machine(PodDefinition definition, Catalog catalog) {
        String gpu = definition.compute().gpuId();
        String shown =
                gpu == null ? "" : catalog.gpu(gpu).map(Catalog.Gpu::name).orElse(gpu);
        return new Machine(
                definition.proxyUser(),
                shown,
                gpu == null ? "" : gpu,
                definition.dataCenter().substring(0, 2),
                definition.dataCenter());
    }

    private static @Nullable Running running(PodRecord pod, Instant now) {
        Container container = pod.life().container();
        if (container == null) {
            return null;
        }
        List<Port> ports = new ArrayList<>();
        if (pod.definition().container().wantsSsh()) {
            ports.add(new Port("127.0.0.1", true, 22, container.sshPort(), "tcp"));
        }
        List<GpuUse> gpus = new ArrayList<>();
        for (int i = 0; i < pod.life().gpuCount(); i++) {
            gpus.add(new GpuUse("GPU-" + i, 0, 0));
        }
        long uptime = Math.max(0, Duration.between(container.startedAt(), now).toSeconds());
        return new Running(uptime, ports, gpus, new ContainerUse(1, 1));
    }

    record GpuType(
            String id,
            String displayName,
            String manufacturer,
            int memoryInGb,
            int maxGpuCount,
            int maxGpuCountSecureCloud,
            int maxGpuCountCommunityCloud,
            boolean secureCloud,
            boolean communityCloud,
            BigDecimal securePrice,
            BigDecimal communityPrice) {

        static GpuType of(Catalog.Gpu gpu) {
            boolean secure = gpu.isOffered("SECURE");
            boolean community = gpu.isOffered("COMMUNITY");
            return new GpuType(
                    gpu.id(),
                    gpu.name(),
                    gpu.manufacturer(),
                    gpu.memory(),
                    gpu.maxCount(),
                    secure ? gpu.maxCount() : 0,
                    community ? gpu.maxCount() : 0,
                    secure,
                    community,
                    gpu.securePrice(),
                    gpu.communityPrice());
        }

        /** USD per GPU and hour on either cloud. */
        BigDecimal cheapest() {
            if (!communityCloud) {
                return securePrice;
            }
            return secureCloud ? securePrice.min(communityPrice) : communityPrice;
        }
    }

    record LowestPrice(
            String stockStatus,
            BigDecimal minimumBidPrice,
            BigDecimal uninterruptablePrice,
            List<Integer> availableGpuCounts) {}

    record DataCenter(String id, String name, String location, List<Stock> gpuAvailability) {}

    record Stock(String gpuTypeId, String displayName, String stockStatus) {}
}
