package dev.podtrain.s3;

import dev.podtrain.base.Secret;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How to reach a network volume's S3 API.
 *
 * @param endpoint without the bucket, which is part of the path
 * @param region the data center's id, in upper case as the provider lists it
 * @param bucket the network volume's id
 * @param accessKey {@code user_…}; names the account, is no secret
 * @param secretKey {@code rps_…}; of a separate key pair that is made in the provider's console only
 */
public record S3Access(URI endpoint, String region, String bucket, String accessKey, Secret secretKey) {
    /** Provider's page "S3-compatible API" (2026-08). Elsewhere a volume can be reached through a pod only. */
    private static final Set<String> DATA_CENTERS = Set.of(
            "EU-CZ-1",
            "EU-RO-1",
            "EUR-IS-1",
            "EUR-NO-1",
            "US-CA-2",
            "US-GA-2",
            "US-IL-1",
            "US-KS-2",
            "US-MD-1",
            "US-MO-1",
            "US-MO-2",
            "US-NC-1",
            "US-NC-2",
            "US-NE-1",
            "US-WA-1");

    public S3Access {
        Objects.requireNonNull(endpoint);
        Objects.requireNonNull(region);
        Objects.requireNonNull(bucket);
        Objects.requireNonNull(accessKey);
        Objects.requireNonNull(secretKey);
    }

    /** Leaves both keys out. */
    @Override
    public String toString() {
        return "S3Access[" + endpoint + " " + region + " " + bucket + "]";
    }

    /** The provider's endpoint for a data center's network volumes; empty where there is no S3 access. */
    public static Optional<URI> endpointOf(String dataCenter) {
        if (!DATA_CENTERS.contains(dataCenter)) {
            return Optional.empty();
        }
        return Optional.of(URI.create("https://s3api-" + dataCenter.toLowerCase(Locale.ROOT) + ".runpod.io/"));
    }
}
