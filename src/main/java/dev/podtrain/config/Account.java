package dev.podtrain.config;

import dev.podtrain.base.Secret;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose account is used, and at which addresses. For the local cloud key, volume and pod are null unless flags gave them.
 *
 * @param apiKey the account's key
 * @param networkVolumeId the network volume that holds the run
 * @param podId the pod to start before a new one is rented
 * @param apiUrl base of the REST API, without {@code /v2} and without a slash at its end
 * @param graphqlUrl the whole GraphQL address
 */
public record Account(
        @Nullable Secret apiKey,
        @Nullable String networkVolumeId,
        @Nullable String podId,
        URI apiUrl,
        URI graphqlUrl) {

    public Optional<Secret> key() {
        return Optional.ofNullable(apiKey);
    }

    public Optional<String> networkVolume() {
        return Optional.ofNullable(networkVolumeId);
    }

    public Optional<String> pod() {
        return Optional.ofNullable(podId);
    }
}
