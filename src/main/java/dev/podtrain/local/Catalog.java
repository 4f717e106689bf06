package dev.podtrain.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be rented. Ids are the provider's (GPU list of 2026-02 and later entries; data centers of its v1 API and S3
 * pages); prices are of the right size, nothing more: the real ones move weekly.
 */
record Catalog(List<Gpu> gpus, List<DataCenter> dataCenters, List<Cpu> cpus) {
    static final List<String> CUDA_VERSIONS = List.of("12.4", "12.6", "12.8", "12.9");

    Catalog {
        gpus = List.copyOf(gpus);
        dataCenters = List.copyOf(dataCenters);
        cpus = List.copyOf(cpus);
    }

    /**
     * @param memory GB
     * @param securePrice USD per GPU and hour; 0 where it is not offered there
     * @param maxCount GPUs in one pod
     */
    record Gpu(
            String id,
            String name,
            int memory,
            @Nullable String pool,
            String manufacturer,
            BigDecimal securePrice,
            BigDecimal communityPrice,
            int maxCount) {

        /** @param cloud {@code SECURE} or {@code COMMUNITY} */
        BigDecimal price(String cloud) {
            return cloud.equals("COMMUNITY") ? communityPrice : securePrice;
        }

        boolean isOffered(String cloud) {
            return price(cloud).signum() > 0;
        }
    }

    /** @param s3 whether its network volumes have the S3 API (provider's page, 2026-08) */
    record DataCenter(String id, String region, String country, boolean networkVolumes, boolean s3) {}

    /** @param pricePerVcpu USD per hour */
    record Cpu(
            String id,
            String name,
            String group,
            int minVcpu,
            int maxVcpu,
            BigDecimal ramGbPerVcpu,
            BigDecimal pricePerVcpu) {}

    static Catalog load() {
        try (InputStream text = Catalog.class.getResourceAsStream("catalog.json")) {
            if (text == null) {
                throw new IllegalStateException("the program lacks its file catalog.json");
            }
            return Json.convert(Json.tree(text.readAllBytes()), Catalog.class);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read catalog.json", failure);
        }
    }

    Optional<Gpu> gpu(String id) {
        return gpus.stream().filter(gpu -> gpu.id().equals(id)).findFirst();
    }

    Optional<DataCenter> dataCenter(String id) {
        return dataCenters.stream().filter(center -> center.id().equals(id)).findFirst();
    }

    Optional<Cpu> cpu(String id) {
        return cpus.stream().filter(cpu -> cpu.id().equals(id)).findFirst();
    }
}
