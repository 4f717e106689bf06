package dev.podtrain.local;

import dev.podtrain.base.Secret;
import java.net.URI;

/**
 * Where a local cloud listens and what opens it.
 *
 * @param apiUrl base of REST, without {@code /v2}
 * @param graphqlUrl the whole address
 * @param apiKey the account's key for both
 * @param controlUrl base of the control endpoint, {@code …/control}
 * @param controlKey opens only the control endpoint
 * @param pid its process
 */
public record LocalEndpoint(URI apiUrl, URI graphqlUrl, Secret apiKey, URI controlUrl, Secret controlKey, long pid) {}
