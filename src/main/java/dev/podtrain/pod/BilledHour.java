package dev.podtrain.pod;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * What the provider has billed for a pod in one hour, in USD. The hour that is going on is there in part.
 *
 * @param from the hour's beginning
 * @param computeUsd GPU, or CPUs for a pod without one
 */
public record BilledHour(Instant from, BigDecimal computeUsd, BigDecimal diskUsd) {}
