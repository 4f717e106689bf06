package dev.podtrain.cli;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the local cloud is.
 *
 * @param apiUrl where its API answers; null if it does not run
 * @param s3Url base of the S3 endpoints of its data centers; null if it does not run
 * @param pid its process; null if it does not run
 * @param podsRunning how many pods it runs now
 * @param stateDirectory what it holds, also while it does not run
 */
public record LocalStatus(
        boolean running,
        @Nullable URI apiUrl,
        @Nullable URI s3Url,
        @Nullable Long pid,
        int podsRunning,
        Path stateDirectory) {}
