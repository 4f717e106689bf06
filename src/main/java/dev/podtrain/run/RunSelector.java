package dev.podtrain.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which run a command means.
 *
 * @param name a run id, the unique beginning of one, or an {@code output_dir}; null for the last run of the project, and if
 *     that has none the last run of all
 */
public record RunSelector(Path projectDir, @Nullable String name) {}
