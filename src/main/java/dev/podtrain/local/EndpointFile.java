package dev.podtrain.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.podtrain.base.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells other processes of this user where the local cloud listens; there while it runs, readable by its user only. */
record EndpointFile(Path path) {
    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

    private record Content(
            @Nullable URI apiUrl,
            @Nullable URI graphqlUrl,
            @Nullable String apiKey,
            @Nullable URI controlUrl,
            @Nullable String controlKey,
            @Nullable URI s3Url,
            @Nullable String s3AccessKey,
            @Nullable String s3SecretKey,
            long pid) {
        Optional<LocalEndpoint> endpoint() {
            if (apiUrl == null || graphqlUrl == null || apiKey == null || controlUrl == null || controlKey == null) {
                return Optional.empty();
            }
            // Absent while one from before there was S3 still runs: nothing answers there, and it can be ended.
            URI s3 = s3Url == null ? apiUrl : s3Url;
            if (!Stream.of(apiUrl, graphqlUrl, controlUrl, s3).allMatch(Content::isHere)) {
                return Optional.empty();
            }
            return Optional.of(new LocalEndpoint(
                    apiUrl,
                    graphqlUrl,
                    Secret.of(apiKey),
                    controlUrl,
                    Secret.of(controlKey),
                    s3,
                    Objects.requireNonNullElse(s3AccessKey, ""),
                    Secret.of(Objects.requireNonNullElse(s3SecretKey, "")),
                    pid));
        }

        /** The local cloud listens on this machine only, whatever the file says. */
        private static boolean isHere(URI address) {
            return address.getHost() != null && THIS_MACHINE.contains(address.getHost());
        }
    }

    void write(LocalEndpoint endpoint) {
        StateDir.write(
                path,
                Json.bytes(new Content(
                        endpoint.apiUrl(),
                        endpoint.graphqlUrl(),
                        endpoint.apiKey().reveal(),
                        endpoint.controlUrl(),
                        endpoint.controlKey().reveal(),
                        endpoint.s3Url(),
                        endpoint.s3AccessKey(),
                        endpoint.s3SecretKey().reveal(),
                        endpoint.pid())));
    }

    /** Empty if there is none, or one that says nothing. */
    Optional<LocalEndpoint> read() {
        try {
            Content content = Json.read(path, Content.class);
            return content == null ? Optional.empty() : content.endpoint();
        } catch (NoSuchFileException | JsonProcessingException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + path, failure);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete " + path, failure);
        }
    }
}
