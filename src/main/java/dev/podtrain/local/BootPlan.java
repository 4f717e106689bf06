package dev.podtrain.local;

import java.time.Duration;

/**
 * How one boot goes.
 *
 * @param delay stands for the pull of the image
 * @param neverReady the pull never ends: no runtime, no SSH, billed all the same
 * @param passesThroughStates shows PROVISIONING and STARTING instead of RUNNING from the first moment
 * @param hostKeys what the start script's log shows: {@code right}, {@code mismatch} or {@code silent}
 */
record BootPlan(Duration delay, boolean neverReady, boolean passesThroughStates, String hostKeys) {}
