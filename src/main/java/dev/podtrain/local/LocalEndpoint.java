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
 * @param s3Url base of the S3 endpoints: the data center's id in lower case and a slash follow
 * @param s3AccessKey with the secret one, opens the network volumes' S3 API
 * @param pid its process
 */
public record LocalEndpoint(
        URI apiUrl,
        URI graphqlUrl,
        Secret apiKey,
        URI controlUrl,
        Secret controlKey,
        URI s3Url,
        String s3AccessKey,
        Secret s3SecretKey,
        long pid) {}
