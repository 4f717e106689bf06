package dev.podtrain.config;

import org.jspecify.annotations.Nullable;

/**
 * How TensorBoard is shown.
 *
 * @param localPort of this machine, where the browser finds it; 1 to 65535
 * @param loggingDir where the event files are on the pod: absolute, or relative to the project; null if the training config
 *     decides
 */
public record TensorboardSettings(int localPort, @Nullable String loggingDir) {}
