package dev.podtrain;

import dev.podtrain.base.Progress;
import dev.podtrain.base.Secret;
import dev.podtrain.base.Time;
import dev.podtrain.config.Account;
import dev.podtrain.config.DataSettings;
import dev.podtrain.http.HttpApi;
import dev.podtrain.http.HttpLimits;
import dev.podtrain.http.HttpSettings;
import dev.podtrain.local.LocalEndpoint;
import dev.podtrain.pod.AccountApi;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.pod.PodApi;
import dev.podtrain.run.Cloud;
import dev.podtrain.run.CloudAccess;
import dev.podtrain.run.VolumeAccess;
import dev.podtrain.s3.S3Access;
import dev.podtrain.ssh.MinaClient;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
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
    public Cloud open(Account account, DataSettings data, boolean local, Progress progress)
            throws InterruptedException {
        if (local) {
            LocalEndpoint endpoint = localClouds.endpoint(progress);
            return open(
                    "the local cloud",
                    endpoint.apiUrl(),
                    endpoint.graphqlUrl(),
                    endpoint.apiKey(),
                    volume -> s3(endpoint, volume),
                    LOCAL_VOLUME,
                    LOCAL_APPEARANCE_LIMIT,
                    HttpLimits.patient(),
                    progress);
        }
        return open(account, data, HttpLimits.patient(), progress);
    }

    @Override
    public Cloud openBriefly(Account account, Progress progress) {
        return open(account, DataSettings.NONE, HttpLimits.impatient(), progress);
    }

    private Cloud open(Account account, DataSettings data, HttpLimits limits, Progress progress) {
        // The loader has checked that the key is there.
        Secret key = Objects.requireNonNull(account.apiKey());
        return open(
                "RunPod",
                account.apiUrl(),
                account.graphqlUrl(),
                key,
                volume -> s3(data, volume),
                null,
                APPEARANCE_LIMIT,
                limits,
                progress);
    }

    private static Optional<S3Access> s3(DataSettings data, NetworkVolume volume) {
        String dataCenter = volume.dataCenter();
        Optional<URI> address = data.s3Url().or(() -> S3Access.endpointOf(dataCenter));
        return data.s3Keys()
                .flatMap(keys -> address.map(endpoint -> new S3Access(
                        endpoint, dataCenter, volume.id(), keys.accessKey().reveal(), keys.secretKey())));
    }

    /** The local cloud's data centers have S3 where the provider's have. */
    private static Optional<S3Access> s3(LocalEndpoint endpoint, NetworkVolume volume) {
        String dataCenter = volume.dataCenter();
        return S3Access.endpointOf(dataCenter)
                .map(real -> new S3Access(
                        endpoint.s3Url().resolve(dataCenter.toLowerCase(Locale.ROOT) + "/"),
                        dataCenter,
                        volume.id(),
                        endpoint.s3AccessKey(),
                        endpoint.s3SecretKey()));
    }

    private Cloud open(
            String service,
            URI api,
            URI graphql,
            Secret key,
            VolumeAccess volumes,
            @Nullable String defaultVolume,
            Duration appearanceLimit,
            HttpLimits limits,
            Progress progress) {
        HttpApi rest = http(service, api, key, limits, progress);
        HttpApi balance = http(service, graphql, key, HttpLimits.brief(), progress);
        return new Cloud(
                new PodApi(rest),
                new AccountApi(balance),
                new MinaClient(time),
                volumes,
                api,
                graphql,
                defaultVolume,
                appearanceLimit,
                () -> {
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
