package dev.podtrain;

import dev.podtrain.base.Progress;
import dev.podtrain.base.Secret;
import dev.podtrain.base.Time;
import dev.podtrain.config.Account;
import dev.podtrain.http.HttpApi;
import dev.podtrain.http.HttpLimits;
import dev.podtrain.http.HttpSettings;
import dev.podtrain.local.LocalEndpoint;
import dev.podtrain.pod.AccountApi;
import dev.podtrain.pod.PodApi;
import dev.podtrain.run.Cloud;
import dev.podtrain.run.CloudAccess;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Opens RunPod, or the local cloud, which it brings up first. */
final class Clouds implements CloudAccess {
    /** Users of RunPod saw a pod's id answered with 404 for a while after its create (SkyPilot's reports, 2025). */
    private static final Duration APPEARANCE_LIMIT = Duration.ofSeconds(60);

    /** The local cloud shows a pod before it answers. */
    private static final Duration LOCAL_APPEARANCE_LIMIT = Duration.ofSeconds(3);

    /** The local cloud has this one network volume from the start. */
    private static final String LOCAL_VOLUME = "local";

    private final LocalClouds localClouds;
    private final String version;
    private final Time time;

    Clouds(LocalClouds localClouds, String version, Time time) {
        this.localClouds = localClouds;
        this.version = version;
        this.time = time;
    }

    @Override
    public Cloud open(Account account, boolean local, Progress progress) throws InterruptedException {
        if (local) {
            LocalEndpoint endpoint = localClouds.endpoint(progress);
            return open(
                    "the local cloud",
                    endpoint.apiUrl(),
                    endpoint.graphqlUrl(),
                    endpoint.apiKey(),
                    LOCAL_VOLUME,
                    LOCAL_APPEARANCE_LIMIT,
                    HttpLimits.patient(),
                    progress);
        }
        return open(account, HttpLimits.patient(), progress);
    }

    @Override
    public Cloud openBriefly(Account account, Progress progress) {
        return open(account, HttpLimits.impatient(), progress);
    }

    private Cloud open(Account account, HttpLimits limits, Progress progress) {
        // The loader has checked that the key is there.
        Secret key = Objects.requireNonNull(account.apiKey());
        return open("RunPod", account.apiUrl(), account.graphqlUrl(), key, null, APPEARANCE_LIMIT, limits, progress);
    }

    private Cloud open(
            String service,
            URI api,
            URI graphql,
            Secret key,
            @Nullable String defaultVolume,
            Duration appearanceLimit,
            HttpLimits limits,
            Progress progress) {
        HttpApi rest = http(service, api, key, limits, progress);
        HttpApi balance = http(service, graphql, key, HttpLimits.brief(), progress);
        return new Cloud(
                new PodApi(rest), new AccountApi(balance), api, graphql, defaultVolume, appearanceLimit, () -> {
                    rest.close();
                    balance.close();
                });
    }

    private HttpApi http(String service, URI base, Secret key, HttpLimits limits, Progress progress) {
        HttpSettings settings = new HttpSettings(service, base, key, "RUNPOD_API_KEY", "pod-train/" + version, limits);
        return new HttpApi(
                settings,
                time,
                () -> ThreadLocalRandom.current().nextDouble(),
                progress,
                line -> LoggerFactory.getLogger("dev.podtrain.http").debug(line));
    }
}
