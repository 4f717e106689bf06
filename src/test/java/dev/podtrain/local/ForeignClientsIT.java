package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools of the provider's, written without knowing of this program, take the local cloud for the real one. */
@Timeout(600)
class ForeignClientsIT {
    /** Installed once for a build folder, which is as long as a clean build lasts. */
    private static final Path INSTALLED = Path.of("target/foreign-clients").toAbsolutePath();

    private static final Duration INSTALL_LIMIT = Duration.ofSeconds(150);

    private static PodCloud cloud;

    @BeforeAll
    static void startCloud() {
        cloud = new PodCloud();
    }

    @AfterAll
    static void endCloud() {
        cloud.close();
    }

    @Test
    void runpodsPythonPackageAndItsCommandLineManageAPod() throws IOException {
        Path python = INSTALLED.resolve("python/bin/python");
        install(
                python.resolveSibling("installed"),
                "python3 -m venv '%1$s/python' && '%1$s/python/bin/pip' install -q --no-input --no-compile --disable-pip-version-check runpod==1.12.0"
                        .formatted(INSTALLED));

        JsonNode seen = run(List.of(python.toString(), script("runpod_package.py")));

        assertThat(seen.toString())
                .isEqualTo("{\"before\":0,\"gpus\":38,\"name\":\"from-python\",\"env\":[\"GREETING=hello world\"],"
                        + "\"ssh\":[22],\"listed\":[true],\"stopped\":\"EXITED\",\"resumed\":\"RUNNING\",\"gone\":null,"
                        + "\"command_line\":[\"from-command-line\",true,true]}");
    }

    @Test
    void runpodsMcpServerManagesAPod() throws IOException {
        Path server = INSTALLED.resolve("node/node_modules/@runpod/mcp-server/dist/stdio.mjs");
        install(
                INSTALLED.resolve("node/installed"),
                "node --version && mkdir -p '%1$s/node' && cd '%1$s/node' && npm install --no-audit --no-fund --ignore-scripts @runpod/mcp-server@4.0.0"
                        .formatted(INSTALLED));

        JsonNode seen = run(List.of("python3", script("mcp_client.py"), server.toString()));

        assertThat(seen.at("/before/pods")).isEmpty();
        assertThat(seen.at("/created/status").asText()).isEqualTo("RUNNING");
        assertThat(seen.at("/shown/name").asText()).isEqualTo("from-mcp");
        assertThat(seen.at("/stopped/status").asText()).isEqualTo("EXITED");
        assertThat(seen.at("/listed/pods/0/id")).isEqualTo(seen.at("/created/id"));
        assertThat(seen.at("/gpus/gpus")).isNotEmpty();
        assertThat(seen.at("/after/pods")).isEmpty();
    }

    @Test
    void amazonsPythonPackageMovesFiles() throws IOException {
        Path python = INSTALLED.resolve("boto/bin/python");
        install(
                python.resolveSibling("installed"),
                "python3 -m venv '%1$s/boto' && '%1$s/boto/bin/pip' install -q --no-input --no-compile --disable-pip-version-check boto3==1.44.8"
                        .formatted(INSTALLED));

        JsonNode seen = run(List.of(python.toString(), script("s3_boto.py")));

        assertThat(seen.toString())
                .isEqualTo("{\"buckets\":[\"local\"],\"listed\":[[\"boto/a b#+ü\",5],[\"boto/big\",10240000]],"
                        + "\"listed_as_before\":2,\"pages\":2,\"folders\":[\"boto/\"],\"range\":\"ff0001\",\"same\":true,"
                        + "\"copy\":\"hello\",\"parts\":[1],\"uploads\":[\"boto/never\"],\"after_abort\":[],"
                        + "\"unsupported\":[501,501,501,501,501,501,501],\"missing\":[404,404]}");
        assertThat(cloud.fixture().volume("local").resolve("boto/a b#+ü")).hasContent("hello");
    }

    /** Skips the test where the tool cannot be had: no network, no Node. */
    private static void install(Path marker, String command) throws IOException {
        if (!Files.exists(marker)) {
            Files.createDirectories(INSTALLED);
            Machine.Output output = Machine.run(List.of("bash", "-c", command), INSTALL_LIMIT);
            Assumptions.assumeTrue(output.status() == 0, () -> "cannot be installed here: " + output.text());
            Files.createFile(marker);
        }
    }

    private static JsonNode run(List<String> command) {
        LocalEndpoint endpoint = cloud.fixture().endpoint();
        List<String> whole = new ArrayList<>(List.of(
                "env",
                "RUNPOD_API_KEY=" + endpoint.apiKey().reveal(),
                "RUNPOD_API_BASE_URL=" + endpoint.apiUrl(),
                "S3_URL=" + endpoint.s3Url(),
                "S3_ACCESS_KEY=" + endpoint.s3AccessKey(),
                "S3_SECRET_KEY=" + endpoint.s3SecretKey().reveal()));
        whole.addAll(command);
        Machine.Output output = Machine.run(whole, Duration.ofMinutes(3));
        assertThat(output.status()).as(output.text()).isZero();
        String last = output.text().lines().reduce("", (before, line) -> line);
        try {
            return Json.tree(last.getBytes(StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(output.text(), broken);
        }
    }

    private static String script(String name) throws IOException {
        Path file = INSTALLED.resolve(name);
        try (InputStream content = ForeignClientsIT.class.getResourceAsStream(name)) {
            Files.write(file, Objects.requireNonNull(content).readAllBytes());
        }
        return file.toString();
    }
}
