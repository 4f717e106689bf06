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
import org.jspecify.annotations.Nullable;

/** Tells other processes of this user where the local cloud listens; there while it runs, readable by its user only. */
record EndpointFile(Path path) {
    private record Content(
            URI apiUrl,
            URI graphqlUrl,
            String apiKey,
            URI controlUrl,
            String controlKey,
            @Nullable URI s3Url,
            @Nullable String s3AccessKey,
            @Nullable String s3SecretKey,
            long pid) {}

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
            return Optional.of(new LocalEndpoint(
                    content.apiUrl(),
                    content.graphqlUrl(),
                    Secret.of(content.apiKey()),
                    content.controlUrl(),
                    Secret.of(content.controlKey()),
                    // Absent while one from before there was S3 still runs: nothing answers there, and it can be ended.
                    Objects.requireNonNullElse(content.s3Url(), content.apiUrl()),
                    Objects.requireNonNullElse(content.s3AccessKey(), ""),
                    Secret.of(Objects.requireNonNullElse(content.s3SecretKey(), "")),
                    content.pid()));
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
