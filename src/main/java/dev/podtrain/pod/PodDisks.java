package dev.podtrain.pod;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What a pod stores, and what that costs beside the pod's own price. RunPod charges per GB and month (storage page,
 * 2026-08-20): container disk 0.10 USD while the pod runs and nothing once it is stopped, because it is gone then; a
 * volume bound to the host 0.10 USD while it runs and 0.20 USD while it is stopped. A network volume is charged whether
 * or not a pod uses it, so it is no cost of a pod.
 *
 * @param containerGb lost with every stop
 * @param persistentGb volume bound to the host, deleted with the pod; 0 for none
 * @param networkVolumeId null for none
 */
public record PodDisks(
        int containerGb, int persistentGb, @Nullable String networkVolumeId) {
    /** In cents per GB and month. */
    private static final int RUNNING_CENTS = 10;

    private static final int STOPPED_CENTS = 20;
    private static final BigDecimal CENTS_AND_DAYS = BigDecimal.valueOf(100L * 30);

    /** A size below nothing, which no answer should have, counts as nothing. */
    public PodDisks {
        containerGb = Math.max(0, containerGb);
        persistentGb = Math.max(0, persistentGb);
    }

    /** USD a day, the month taken as 30 days. */
    public BigDecimal dailyUsd(boolean running) {
        long cents = running
                ? (long) RUNNING_CENTS * ((long) containerGb + persistentGb)
                : (long) STOPPED_CENTS * persistentGb;
        return BigDecimal.valueOf(cents).divide(CENTS_AND_DAYS, 4, RoundingMode.HALF_UP);
    }
}
