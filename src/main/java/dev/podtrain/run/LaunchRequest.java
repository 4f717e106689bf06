package dev.podtrain.run;

import java.nio.file.Path;
import java.util.Map;

/**
 * What the user asked for.
 *
 * @param projectDir the user's project
 * @param config the training config, relative to the project or absolute inside it
 * @param flags settings given as flags, by their key, for example {@code GPU_TYPE}
 * @param forceRestart start from zero: checkpoints are put aside, never deleted
 * @param local on the local cloud, for free
 * @param dryRun end after the plan
 * @param detach end once the training has started
 * @param acceptNewHostKey trust whatever host key the pod shows if its log prints none (custom images)
 * @param mayAsk whether somebody is there to be asked what to do when a pod is lost
 */
public record LaunchRequest(
        Path projectDir,
        Path config,
        Map<String, String> flags,
        boolean forceRestart,
        boolean local,
        boolean dryRun,
        boolean detach,
        boolean acceptNewHostKey,
        boolean mayAsk) {

    public LaunchRequest {
        flags = Map.copyOf(flags);
    }
}
