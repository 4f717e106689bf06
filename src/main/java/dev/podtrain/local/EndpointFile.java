package dev.podtrain.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.podtrain.base.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Tells other processes of this user where the local cloud listens; there while it runs, readable by its user only. */
record EndpointFile(Path path) {
    private record Content(URI apiUrl, URI graphqlUrl, String apiKey, URI controlUrl, String controlKey, long pid) {}

    void write(LocalEndpoint endpoint) {
        StateDir.write(
                path,
                Json.bytes(new Content(
                        endpoint.apiUrl(),
                        endpoint.graphqlUrl(),
                        endpoint.apiKey().reveal(),
                        endpoint.controlUrl(),
                        endpoint.controlKey().reveal(),
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
