package dev.podtrain.pod;

import java.math.BigDecimal;
import java.util.Map;

/**
 * A GPU type of the catalog, seen for one cloud and one number of GPUs.
 *
 * @param id exact text for a create, {@code NVIDIA GeForce RTX 4090}
 * @param name short name for people, {@code RTX 4090}
 * @param priceUsd per GPU and hour in that cloud; 0 may mean that it is not sold there
 * @param dataCenters by id; a data center that is missing has none
 * @param offered false if that cloud has no such GPU, or never that many in one pod
 */
public record GpuType(
        String id,
        String name,
        int memoryGb,
        BigDecimal priceUsd,
        Availability availability,
        Map<String, Availability> dataCenters,
        boolean offered) {
    public GpuType {
        dataCenters = Map.copyOf(dataCenters);
    }
}
