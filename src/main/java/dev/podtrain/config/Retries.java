package dev.podtrain.config;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far a launch goes on by itself when things go wrong.
 *
 * @param recoveries how many new attempts may follow lost pods without asking; null if the user did not say
 * @param capacityWait how long to keep asking for a GPU while there is none; zero for one try of each candidate
 * @param exitCodes of the trainer, 1 to 255, after which a recovery may follow as after a lost pod
 */
public record Retries(@Nullable Integer recoveries, Duration capacityWait, Set<Integer> exitCodes) {
    public Retries {
        exitCodes = Set.copyOf(exitCodes);
    }
}
