package dev.podtrain.run;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * What is left of a training if it goes on at the rate measured so far.
 *
 * @param step the newest one in the log
 * @param totalSteps as the log says
 * @param costUsd what the pod costs in the remaining time
 */
public record Forecast(long step, long totalSteps, Duration remaining, BigDecimal costUsd) {}
