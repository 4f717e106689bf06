package dev.podtrain.run;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How data will get onto the network volume, and what that costs.
 *
 * @param reason why this route, for people
 * @param pod the pod that is used; null if one is rented first or none is needed
 * @param hardware what is rented first; null if nothing is
 * @param hourlyPriceUsd what the rented pod costs for as long as the transfer takes; null if nothing is rented
 */
public record SyncPlan(
        Route route,
        String reason,
        String volume,
        String dataCenter,
        @Nullable String pod,
        @Nullable String hardware,
        @Nullable BigDecimal hourlyPriceUsd,
        boolean local) {

    /** The ways onto a volume. */
    public enum Route {
        /** Straight to the volume's S3 API: no pod at all. */
        S3,
        /** Over SSH to a pod that has the volume. */
        POD;

        /** As it is typed. */
        public String word() {
            return this == S3 ? "s3" : "pod";
        }
    }

    /** Whether carrying it out costs anything that is not paid already. */
    public boolean rents() {
        return hourlyPriceUsd != null;
    }
}
