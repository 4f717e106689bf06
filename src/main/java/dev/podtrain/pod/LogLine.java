package dev.podtrain.pod;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a pod's log.
 *
 * @param at null if the provider did not say
 */
public record LogLine(@Nullable Instant at, LogSource source, String text) {}
