package dev.podtrain.run;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pod of the account that this program rented, or that only has such a name.
 *
 * @param ours it carries this program's variables; one that has only the name is never touched
 * @param run the run it says it belongs to; null if it is not ours
 * @param attempt 0 if it is not ours
 * @param status the provider's word in lower case
 * @param createdAt null if the provider did not say
 * @param hourlyPriceUsd the pod's own; 0 when it is stopped
 * @param dailyUsd pod and disks, as things are now; a network volume is not counted
 * @param known this machine's ledger has the pod
 * @param expendable it is on a network volume, so that deleting it loses nothing
 */
public record FoundPod(
        String id,
        String name,
        boolean ours,
        @Nullable String run,
        int attempt,
        String status,
        @Nullable Instant createdAt,
        BigDecimal hourlyPriceUsd,
        BigDecimal dailyUsd,
        boolean known,
        boolean expendable,
        Activity activity) {

    /** What goes on there, as far as this machine knows. */
    public enum Activity {
        /** A training is under way. */
        TRAINING,
        /** A command on this machine is launching it now. */
        LAUNCHING,
        /** It runs, and another machine launched it, or this one forgot: it may be training. */
        UNKNOWN,
        /** It runs, and no training is known to be under way. */
        IDLE,
        /** It is stopped: only disks may be billed. */
        STOPPED
    }

    /** Whether ending it might end a training. */
    public boolean mayTrain() {
        return activity == Activity.TRAINING || activity == Activity.LAUNCHING || activity == Activity.UNKNOWN;
    }
}
