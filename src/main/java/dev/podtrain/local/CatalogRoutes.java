package dev.podtrain.local;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.podtrain.local.Catalog.Cpu;
import dev.podtrain.local.Catalog.DataCenter;
import dev.podtrain.local.Catalog.Gpu;
import dev.podtrain.local.Fault.Kind;
import dev.podtrain.local.Faults.Call;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /v2/catalog}: GPUs, CPUs and data centers, everything in stock unless a standing fault says otherwise. */
final class CatalogRoutes {
    private static final String IN_STOCK = "HIGH";
    private static final String SOLD_OUT = "NONE";

    private final Catalog catalog;
    private final Faults faults;

    CatalogRoutes(Catalog catalog, Faults faults) {
        this.catalog = catalog;
        this.faults = faults;
    }

    void install(JavalinConfig config) {
        config.routes.before("/v2/catalog/*", context -> {
            HttpFront.requireAccount(context);
            faults.refuse(Call.of("read-catalog"));
        });
        config.routes.get("/v2/catalog/gpus", this::gpus);
        config.routes.get("/v2/catalog/gpus/{id}", this::gpu);
        config.routes.get("/v2/catalog/cpus", this::cpus);
        config.routes.get("/v2/catalog/cpus/{id}", this::cpu);
        config.routes.get("/v2/catalog/datacenters", this::dataCenters);
        config.routes.get("/v2/catalog/datacenters/{id}", this::dataCenter);
    }

    private record Price(BigDecimal secure, BigDecimal community) {}

    private record Count(int secure, int community) {}

    private record Stock(String id, String name, String availability) {}

    private record CudaVersion(String version, boolean available) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record GpuAnswer(
            String id,
            String name,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String pool,

            String manufacturer,
            int memory,
            boolean secure,
            boolean community,
            Price price,
            Count maxCount,
            @Nullable String availability,
            @Nullable List<Stock> dataCenters,
            @Nullable List<CudaVersion> cudaVersions) {}

    private record Vcpu(int min, int max) {}

    private record CpuPrice(BigDecimal securePerVcpu, BigDecimal serverlessPerVcpu) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record CpuAnswer(
            String id,
            String name,
            String group,
            Vcpu vcpu,
            BigDecimal ramGbPerVcpu,
            CpuPrice price,
            @Nullable String availability,
            @Nullable List<Stock> dataCenters) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record DataCenterAnswer(
            String id,
            String name,
            String region,
            boolean globalNetwork,
            List<String> networkVolumeTypes,
            List<String> compliance,
            @Nullable List<Stock> gpuAvailability,
            @Nullable List<Stock> cpuAvailability) {}

    /** The query of a GPU or CPU listing, checked. */
    private record Query(boolean availability, int count, String cloud, Set<String> countries, List<String> cuda) {}

    private static Query query(Context context) {
        Set<String> include = words(context, "include", Set.of("AVAILABILITY"));
        Set<String> product = words(context, "product", Set.of("POD", "CLUSTER", "SERVERLESS"));
        if (include.isEmpty() == !product.isEmpty()) {
            throw Refusal.of(400, "product is required with include=AVAILABILITY and not allowed without it");
        }
        String count = context.queryParam("count");
        if (count != null && !count.matches("[1-9]\\d{0,3}")) {
            throw Refusal.invalid(List.of("count: number must be at least 1"));
        }
        Set<String> cloud = words(context, "cloud", Set.of("SECURE", "COMMUNITY"));
        return new Query(
                !include.isEmpty(),
                count == null ? 1 : Integer.parseInt(count),
                cloud.isEmpty() ? "SECURE" : cloud.iterator().next(),
                words(context, "countryCodes", Set.of()),
                List.copyOf(words(context, "cudaVersions", Set.copyOf(Catalog.CUDA_VERSIONS))));
    }

    /** A list in one query parameter, separated by commas; nothing allowed means that everything is. */
    private static Set<String> words(Context context, String name, Set<String> allowed) {
        String text = context.queryParam(name);
        if (text == null || text.isEmpty()) {
            return Set.of();
        }
        Set<String> words = new TreeSet<>(List.of(text.split(",", -1)));
        if (!allowed.isEmpty() && !allowed.containsAll(words)) {
            throw Refusal.invalid(
                    List.of(name + ": value must be one of '" + String.join("', '", new TreeSet<>(allowed)) + "'"));
        }
        return words;
    }

    private void gpus(Context context) {
        Query query = query(context);
        List<GpuAnswer> gpus =
                catalog.gpus().stream().map(gpu -> show(gpu, query)).toList();
        HttpFront.answer(context, 200, Map.of("gpus", gpus));
    }

    private void gpu(Context context) {
        Query query = query(context);
        Gpu gpu = catalog.gpu(context.pathParam("id")).orElseThrow(() -> Refusal.of(404, "resource not found"));
        HttpFront.answer(context, 200, show(gpu, query));
    }

    private GpuAnswer show(Gpu gpu, Query query) {
        boolean fits = gpu.isOffered(query.cloud()) && query.count() <= gpu.maxCount();
        List<Stock> stocks = catalog.dataCenters().stream()
                .filter(center ->
                        query.countries().isEmpty() || query.countries().contains(center.country()))
                .filter(center -> fits && isInStock(gpu, center.id()))
                .map(center -> new Stock(center.id(), center.id(), IN_STOCK))
                .toList();
        boolean nvidia = gpu.manufacturer().equals("NVIDIA");
        List<CudaVersion> versions = Catalog.CUDA_VERSIONS.stream()
                .filter(version -> query.cuda().isEmpty() || query.cuda().contains(version))
                .map(version -> new CudaVersion(version, true))
                .toList();
        boolean shown = query.availability();
        return new GpuAnswer(
                gpu.id(),
                gpu.name(),
                gpu.pool(),
                gpu.manufacturer(),
                gpu.memory(),
                gpu.isOffered("SECURE"),
                gpu.isOffered("COMMUNITY"),
                price(gpu),
                new Count(
                        gpu.isOffered("SECURE") ? gpu.maxCount() : 0, gpu.isOffered("COMMUNITY") ? gpu.maxCount() : 0),
                shown ? (stocks.isEmpty() ? SOLD_OUT : IN_STOCK) : null,
                shown && !stocks.isEmpty() ? stocks : null,
                shown && nvidia ? versions : null);
    }

    private Price price(Gpu gpu) {
        return faults.take(Kind.PRICE, new Call("read-catalog", gpu.id(), null, null))
                .map(fault ->
                        new Price(fault.price() == null ? gpu.securePrice() : fault.price(), gpu.communityPrice()))
                .orElse(new Price(gpu.securePrice(), gpu.communityPrice()));
    }

    private boolean isInStock(Gpu gpu, String dataCenter) {
        return isInStock(gpu.id(), dataCenter);
    }

    private boolean isInStock(String hardware, String dataCenter) {
        return !faults.isStanding(Kind.CAPACITY, new Call("create-pod", hardware, dataCenter, null));
    }

    private static void checkVcpuCount(Context context) {
        String count = context.queryParam("vcpuCount");
        if (count == null) {
            return;
        }
        if (context.queryParam("include") == null) {
            throw Refusal.of(400, "vcpuCount is allowed only with include=AVAILABILITY");
        }
        if (!count.matches("\\d{1,4}") || Integer.bitCount(Integer.parseInt(count)) != 1 || count.equals("1")) {
            throw Refusal.invalid(List.of("vcpuCount: value must be a power of two from 2"));
        }
    }

    private void cpus(Context context) {
        checkVcpuCount(context);
        Query query = query(context);
        HttpFront.answer(
                context,
                200,
                Map.of(
                        "cpus",
                        catalog.cpus().stream().map(cpu -> show(cpu, query)).toList()));
    }

    private void cpu(Context context) {
        Query query = query(context);
        Cpu cpu = catalog.cpu(context.pathParam("id")).orElseThrow(() -> Refusal.of(404, "resource not found"));
        HttpFront.answer(context, 200, show(cpu, query));
    }

    private CpuAnswer show(Cpu cpu, Query query) {
        List<Stock> stocks = catalog.dataCenters().stream()
                .filter(center -> isInStock(cpu.id(), center.id()))
                .map(center -> new Stock(center.id(), center.id(), IN_STOCK))
                .toList();
        return new CpuAnswer(
                cpu.id(),
                cpu.name(),
                cpu.group(),
                new Vcpu(cpu.minVcpu(), cpu.maxVcpu()),
                cpu.ramGbPerVcpu(),
                new CpuPrice(cpu.pricePerVcpu(), cpu.pricePerVcpu()),
                query.availability() ? (stocks.isEmpty() ? SOLD_OUT : IN_STOCK) : null,
                query.availability() && !stocks.isEmpty() ? stocks : null);
    }

    private void dataCenters(Context context) {
        Set<String> include = words(context, "include", Set.of("GPU_AVAILABILITY", "CPU_AVAILABILITY"));
        Set<String> regions = words(context, "regions", Set.of());
        Set<String> volumeTypes = words(context, "networkVolumeTypes", Set.of("STANDARD", "HIGH_PERFORMANCE"));
        Predicate<DataCenter> wanted = center -> (regions.isEmpty() || regions.contains(center.region()))
                && (volumeTypes.isEmpty() || center.networkVolumes());
        HttpFront.answer(
                context,
                200,
                Map.of(
                        "dataCenters",
                        catalog.dataCenters().stream()
                                .filter(wanted)
                                .map(center -> show(center, include))
                                .toList()));
    }

    private void dataCenter(Context context) {
        Set<String> include = words(context, "include", Set.of("GPU_AVAILABILITY", "CPU_AVAILABILITY"));
        DataCenter center =
                catalog.dataCenter(context.pathParam("id")).orElseThrow(() -> Refusal.of(404, "resource not found"));
        HttpFront.answer(context, 200, show(center, include));
    }

    private DataCenterAnswer show(DataCenter center, Set<String> include) {
        List<Stock> gpus = catalog.gpus().stream()
                .map(gpu -> new Stock(gpu.id(), gpu.name(), isInStock(gpu, center.id()) ? IN_STOCK : SOLD_OUT))
                .toList();
        List<Stock> cpus = catalog.cpus().stream()
                .map(cpu -> new Stock(cpu.id(), cpu.name(), isInStock(cpu.id(), center.id()) ? IN_STOCK : SOLD_OUT))
                .toList();
        return new DataCenterAnswer(
                center.id(),
                center.id(),
                center.region(),
                false,
                center.networkVolumes() ? List.of("STANDARD") : List.of(),
                List.of(),
                include.contains("GPU_AVAILABILITY") ? gpus : null,
                include.contains("CPU_AVAILABILITY") ? cpus : null);
    }
}
