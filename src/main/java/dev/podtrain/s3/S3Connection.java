package dev.podtrain.s3;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;

/**
 * Sets the S3 library up to send what S3 has always understood: plain SigV4 over one body of known length. What newer
 * versions add of themselves (checksum trailers, {@code aws-chunked} bodies) the provider says nothing about.
 */
final class S3Connection {
    /** For a request whose answer needs no long work. */
    static final Duration SHORT_LIMIT = Duration.ofMinutes(2);

    private static final Duration LONGEST_REQUEST = Duration.ofMinutes(10);

    /** Longer than the proxy in front of the service waits (100 s, then 524). */
    static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);

    /** For requests that have a limit of their own. */
    static final Duration UNLIMITED_SILENCE = Duration.ZERO;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final int MOST_CONNECTIONS = 64;

    private S3Connection() {}

    static S3Client open(S3Access access, Duration silence) {
        CancellableHttpClient http = new CancellableHttpClient(Apache5HttpClient.builder()
                .connectionTimeout(CONNECT_LIMIT)
                .connectionAcquisitionTimeout(LONGEST_REQUEST)
                .socketTimeout(silence)
                .maxConnections(MOST_CONNECTIONS)
                .build());
        return S3Client.builder()
                .httpClient(http)
                .endpointOverride(access.endpoint())
                .region(Region.of(access.region()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        access.accessKey(), access.secretKey().reveal())))
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(S3Configuration.builder()
                        .chunkedEncodingEnabled(false)
                        .expectContinueEnabled(false)
                        .build())
                .overrideConfiguration(settings -> settings
                        // Tries are counted and waited for by this package.
                        .retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallAttemptTimeout(LONGEST_REQUEST)
                        // What the user set for Amazon's services is not meant for this one.
                        .defaultProfileFile(ProfileFile.aggregator().build())
                        .putHeader("User-Agent", "pod-train/" + version()))
                .build();
    }

    /** How long one request may take, for its override configuration. */
    static Consumer<AwsRequestOverrideConfiguration.Builder> limit(Duration limit) {
        return settings -> settings.apiCallAttemptTimeout(limit);
    }

    private static String version() {
        return Optional.ofNullable(S3Connection.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
