package dev.podtrain.config;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * What bounds a run. All durations are whole seconds.
 *
 * @param maxRuntime from the attempt's first boot; zero for none
 * @param maxCostUsd for one attempt; zero for none
 * @param maxPricePerHourUsd of a pod with all its GPUs; dearer ones are not rented; zero for none
 * @param idleTimeout without log growth and load; zero for none
 * @param bootGrace in which training must have begun
 * @param readyTimeout how long the client waits for a booting pod that shows no progress
 * @param saveGrace between asking the trainer to end and killing it
 * @param guardInterval between two checks of the guard
 * @param retryPause the guard's first pause between attempts to end the pod
 */
public record Limits(
        Duration maxRuntime,
        BigDecimal maxCostUsd,
        BigDecimal maxPricePerHourUsd,
        Duration idleTimeout,
        Duration bootGrace,
        Duration readyTimeout,
        Duration saveGrace,
        Duration guardInterval,
        Duration retryPause,
        OnExit onExit) {}
