package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podtrain.local.ApiClient.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A local cloud with real pods, and what tests do with them over its API and SSH. */
final class PodCloud implements AutoCloseable {
    private final LocalCloudFixture fixture = LocalCloudFixture.start();
    private final Path keys;
    private final Path key;

    PodCloud() {
        try {
            keys = Files.createTempDirectory("keys");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        key = Machine.makeKey(keys);
    }

    LocalCloudFixture fixture() {
        return fixture;
    }

    LocalCloud cloud() {
        return fixture.cloud();
    }

    ApiClient api() {
        return ApiClient.of(fixture.endpoint());
    }

    /** For answers that are known not to fit the provider's description. */
    ApiClient unjudged() {
        return api().unjudged();
    }

    Path volume() {
        return fixture.volume("local");
    }

    /** A pod with two GPUs, the volume {@code local}, SSH, and what is given: it replaces, adds or, as null, removes. */
    String create(String more) {
        try {
            ObjectNode body = (ObjectNode) Json.tree("""
                    {"name":"test","image":"runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404","disk":20,
                     "gpu":{"id":"NVIDIA RTX A5000","count":2},"ports":["22/tcp"],
                     "mounts":{"network":[{"volumeId":"local","path":"/workspace"}]},"env":{}}
                    """.getBytes(StandardCharsets.UTF_8));
            body.setAll((ObjectNode) Json.tree(("{" + more + "}").getBytes(StandardCharsets.UTF_8)));
            body.properties().removeIf(member -> member.getValue().isNull());
            ((ObjectNode) body.path("env")).put("PUBLIC_KEY", Machine.publicHalf(key));
            Answer created = api().post("/v2/pods", body.toString());
            assertThat(created.status()).as(created.response().body()).isEqualTo(201);
            return created.text("/id");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** A pod whose SSH server answers. */
    String createReady(String more) {
        String pod = create(more);
        awaitReady(pod);
        return pod;
    }

    JsonNode details(String pod) {
        return ControlClient.details(fixture.endpoint(), pod);
    }

    void awaitReady(String pod) {
        Machine.await("SSH of pod " + pod, () -> details(pod).path("bootMillis").isNumber());
    }

    int sshPort(String pod) {
        return api().get("/v2/pods/" + pod).json().at("/ssh/direct/port").asInt();
    }

    /** Runs a command in the pod, which must succeed, and gives what it printed. */
    String run(String pod, String command) {
        Machine.Output output = Machine.ssh(key, sshPort(pod), command);
        assertThat(output.status()).as("%s: %s", command, output.text()).isZero();
        return output.text().strip();
    }

    Machine.Output tryRun(String pod, String command) {
        return Machine.ssh(key, sshPort(pod), command);
    }

    Path key() {
        return key;
    }

    /** The fingerprint of the ed25519 key that the pod's SSH server really has. */
    String realFingerprint(String pod) {
        String command = "ssh-keyscan -t ed25519 -p %d 127.0.0.1 2>/dev/null | ssh-keygen -lf - | cut -d' ' -f2"
                .formatted(sshPort(pod));
        return Machine.run(List.of("bash", "-c", command)).text().strip();
    }

    /** The ed25519 fingerprint in the last block of host keys that the pod's log shows. */
    String loggedFingerprint(String pod) {
        return loggedFingerprint(pod, 1);
    }

    /** The same for the so-manieth container of the pod. */
    String loggedFingerprint(String pod, int run) {
        List<String> log = api().containerLog(pod, "Pod is ready to use", run);
        return log.subList(log.lastIndexOf("SSH host keys:") + 1, log.size()).stream()
                .filter(line -> line.endsWith("(ED25519)"))
                .findFirst()
                .map(line -> line.split(" ", -1)[1])
                .orElse("none");
    }

    String status(String pod) {
        return api().get("/v2/pods/" + pod).text("/status");
    }

    Answer act(String pod, String action) {
        return api().post("/v2/pods/" + pod + "/action", "{\"action\":\"" + action + "\"}");
    }

    @Override
    public void close() {
        fixture.close();
        StateDir.delete(keys);
    }
}
