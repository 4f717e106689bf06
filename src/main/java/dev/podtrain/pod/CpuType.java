package dev.podtrain.pod;

import java.math.BigDecimal;
import java.util.Map;

/**
 * A CPU type of the catalog, seen for one number of vCPUs in the secure cloud.
 *
 * @param id exact text for a create, {@code cpu3c}
 * @param name for people, {@code Compute-Optimized}; several types share one
 * @param priceUsd per hour for the whole pod
 * @param dataCenters by id; a data center that is missing has none
 */
public record CpuType(
        String id,
        String name,
        BigDecimal memoryGb,
        BigDecimal priceUsd,
        Availability availability,
        Map<String, Availability> dataCenters) {
    public CpuType {
        dataCenters = Map.copyOf(dataCenters);
    }

    /** Whether a data center has any now, as far as the catalog knows: it reserves nothing. */
    public boolean isAvailableIn(String dataCenter) {
        return dataCenters.getOrDefault(dataCenter, Availability.NONE) != Availability.NONE;
    }
}
