package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.local.LocalCloudFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Where secrets turn up: in {@code .runpod.env}, in a file on the pod's memory disk and in the trainer's environment, and
 * nowhere else. The program runs as it does for RunPod, with its API key; the provider is the local cloud.
 */
@Timeout(600)
class SecretsIT {
    /** Says what it got without saying what it is. */
    private static final String TRAINER = """
            import hashlib, os, stat, sys
            for name in ("HF_TOKEN", "GROK_API_KEY", "GITHUB_TOKEN"):
                print(name, hashlib.sha256(os.environ[name].encode()).hexdigest())
            print("storage keys", [name for name in os.environ if name.startswith("RUNPOD_S3")])
            print("account key", hashlib.sha256(os.environ.get("RUNPOD_API_KEY", "").encode()).hexdigest())
            print("mode", oct(stat.S_IMODE(os.stat("/dev/shm/pod-train/secrets.env").st_mode)))
            sys.exit(int(open(sys.argv[2]).read().split("exit_code: ")[1]))
            """;

    private final Installation installation = new Installation();
    private final LocalCloudFixture cloud = LocalCloudFixture.start();
    private final Map<String, String> secrets = new TreeMap<>();

    @BeforeEach
    void makeProject() throws IOException {
        for (String name :
                List.of("HF_TOKEN", "GROK_API_KEY", "GITHUB_TOKEN", "RUNPOD_S3_ACCESS_KEY", "RUNPOD_S3_SECRET_KEY")) {
            secrets.put(name, "Canary" + name.replace("_", "") + "Qx7");
        }
        secrets.put("RUNPOD_API_KEY", cloud.endpoint().apiKey().reveal());
        installation.write("scripts/train.py", TRAINER);
        installation.write("good.yaml", "output_dir: good\nexit_code: 0\n");
        installation.write("failing.yaml", "output_dir: failing\nexit_code: 3\n");
        Path settings = installation.write(
                ".runpod.env",
                secrets.entrySet().stream()
                                .map(secret -> secret.getKey() + "=" + secret.getValue() + "\n")
                                .collect(Collectors.joining())
                        + "NETWORK_VOLUME_ID=local\nGUARD_INTERVAL=1s\nRUNPOD_API_URL="
                        + cloud.endpoint().apiUrl() + "\n");
        Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void end() {
        installation.close();
        cloud.close();
    }

    @Test
    void secretsReachTheTrainerAndNothingElse() throws InterruptedException, IOException {
        List<String> shown = new ArrayList<>();
        Command good;
        Processes processes = new Processes(List.copyOf(secrets.values()), List.of("good.yaml", "failing.yaml"));
        try (processes) {
            good = installation.run("--config", "good.yaml", "--yes", "--verbose");
            Command failing = installation.run("--config", "failing.yaml", "--yes", "--json");
            Command refused = installation.run("--config", "failing.yaml", "--yes", "--verbose", "--gpu", "none");
            Command status = installation.run("status", "failing", "--verbose", "--json");
            Command logs = installation.run("logs", "good");
            installation.write("broken/.runpod.env", "HF_TOKEN='" + secrets.get("HF_TOKEN") + "\n");
            Files.setPosixFilePermissions(
                    installation.project().resolve("broken/.runpod.env"), PosixFilePermissions.fromString("rw-------"));
            Command broken = installation.run("-C", "broken", "--config", "good.yaml", "--yes", "--verbose");

            assertThat(good.exitCode()).as(good::output).isZero();
            assertThat(failing.exitCode()).as(failing::output).isEqualTo(6);
            assertThat(refused.exitCode()).as(refused::output).isEqualTo(2);
            assertThat(broken.exitCode()).as(broken::output).isEqualTo(2);
            assertThat(status.exitCode()).as(status::output).isZero();
            for (Command command : List.of(good, failing, refused, broken, status, logs)) {
                shown.add(command.output());
            }
        }

        assertThat(good.out())
                .contains(
                        "HF_TOKEN " + sha256(secrets.get("HF_TOKEN")),
                        "GROK_API_KEY " + sha256(secrets.get("GROK_API_KEY")),
                        "GITHUB_TOKEN " + sha256(secrets.get("GITHUB_TOKEN")),
                        "storage keys []",
                        "mode 0o600")
                .doesNotContain(sha256(secrets.get("RUNPOD_API_KEY")));
        assertThat(processes.watched()).as("that it was looking").contains("good.yaml", "failing.yaml");
        assertThat(processes.seen()).as("arguments of processes").isEmpty();
        assertThat(shown).noneMatch(this::tellsASecret);
        assertThat(filesWithASecret(installation.home()))
                .containsExactlyInAnyOrder(
                        installation.project().resolve(".runpod.env"),
                        installation.project().resolve("broken/.runpod.env"));
        // The provider itself knows its customer's key.
        assertThat(filesWithASecret(cloud.stateDir())).allSatisfy(file -> {
            assertThat(file.getParent()).isEqualTo(cloud.stateDir());
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        });
    }

    private boolean tellsASecret(String text) {
        return secrets.values().stream().anyMatch(text::contains);
    }

    private List<Path> filesWithASecret(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (tellsASecret(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
