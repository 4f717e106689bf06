package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a crash, another version or somebody else left in the file that says where the local cloud listens. */
class HostileEndpointFileTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"apiUrl\":\"http://127.0.0.1:1",
                "{\"apiUrl\":\"http://127.0.0.1:1\"}",
                "{\"apiUrl\":\"::\",\"graphqlUrl\":1}",
                "{\"apiUrl\":[],\"pid\":\"x\"}",
                "{\"apiUrl\":\"http://127.0.0.1:1\",\"graphqlUrl\":\"http://127.0.0.1:1/g\",\"apiKey\":null,"
                        + "\"controlUrl\":\"http://127.0.0.1:1/c\",\"controlKey\":\"k\",\"pid\":1}",
                "\u0000\u0001",
                "{\"apiUrl\":\"http://evil.example\",\"graphqlUrl\":\"http://evil.example\",\"apiKey\":\"k\","
                        + "\"controlUrl\":\"http://evil.example/c\",\"controlKey\":\"k\",\"pid\":1}"
            })
    void fileThatSaysNothingIsNoEndpoint(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("endpoint.json"), content);

        assertThat(new EndpointFile(file).read()).isEmpty();
    }

    @Test
    void whatWasWrittenIsReadBack() {
        EndpointFile file = new EndpointFile(folder.resolve("endpoint.json"));
        LocalEndpoint endpoint = new LocalEndpoint(
                URI.create("http://127.0.0.1:1"),
                URI.create("http://127.0.0.1:1/graphql"),
                Secret.of("a"),
                URI.create("http://127.0.0.1:1/control"),
                Secret.of("b"),
                URI.create("http://127.0.0.1:1/s3/"),
                "c",
                Secret.of("d"),
                7);

        file.write(endpoint);

        assertThat(file.read()).contains(endpoint);
    }
}
