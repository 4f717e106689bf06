package dev.podtrain.run;

import dev.podtrain.pod.AccountApi;
import dev.podtrain.pod.PodApi;
import dev.podtrain.ssh.SshClient;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A provider to rent from, RunPod or the local cloud, and the way to its pods.
 *
 * @param guardApiUrl the base that the guard on a pod calls
 * @param guardGraphqlUrl the GraphQL address that the guard on a pod falls back to
 * @param defaultVolume the network volume to use if the settings name none; null if they must
 * @param appearanceLimit how long after a create a pod may be missing from what the provider shows; one that is missing
 *     for longer was never created
 * @param ssh logs in to pods; loads nothing before it is asked
 * @param volumes how network volumes are reached without a pod
 * @param closing gives back the connections to the provider
 */
public record Cloud(
        PodApi pods,
        AccountApi account,
        SshClient ssh,
        VolumeAccess volumes,
        URI guardApiUrl,
        URI guardGraphqlUrl,
        @Nullable String defaultVolume,
        Duration appearanceLimit,
        Runnable closing)
        implements AutoCloseable {
    @Override
    public void close() {
        ssh.close();
        closing.run();
    }
}
