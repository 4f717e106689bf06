package dev.podtrain.run;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ClosedPort;
import dev.podtrain.base.Deadline;
import dev.podtrain.base.FakeTime;
import dev.podtrain.contract.StubProvider;
import dev.podtrain.http.ApiFixture;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import dev.podtrain.ssh.MinaClient;
import dev.podtrain.ssh.SshClient;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PodConnectionTest {
    @RegisterExtension
    static final StubProvider PROVIDER = new StubProvider();

    private static final PodId ID = new PodId("5xq1abc7eg46tq");
    private static final String POD = "/v2/pods/5xq1abc7eg46tq";

    @TempDir
    private Path folder;

    @Test
    void podThatEndsMeanwhileIsNotKnockedAtUntilTheDeadline() throws Exception {
        Path key = folder.resolve("key");
        SshKeys.ensure(key, "test");
        PROVIDER.server()
                .stubFor(get(urlPathEqualTo(POD + "/logs"))
                        .willReturn(aResponse()
                                .withHeader("Content-Type", "text/event-stream")
                                .withBody(line("SSH host keys:")
                                        + line("256 SHA256:RGq9Ci87oI5HwwyVmMt0Bvj8ORTtWXpYWxDXSqAcvJE r (ED25519)")
                                        + line("Exporting environment variables..."))));
        FakeTime time = new FakeTime();
        try (ApiFixture api = new ApiFixture(PROVIDER.base());
                ClosedPort port = new ClosedPort();
                SshClient ssh = new MinaClient(time)) {
            PodApi pods = new PodApi(api.api);
            answer("RUNNING", port.number());
            Pod running = pods.find(ID).orElseThrow();
            answer("EXITED", port.number());
            Instant before = time.now();

            assertThatThrownBy(() -> new PodConnection(pods, ssh, key, false, time)
                            .logIn(running, Deadline.in(time, Duration.ofMinutes(15))))
                    .isInstanceOf(SshException.class);

            assertThat(Duration.between(before, time.now())).isLessThan(Duration.ofSeconds(10));
        }
    }

    private static void answer(String status, int port) {
        PROVIDER.server()
                .stubFor(get(urlPathEqualTo(POD))
                        .willReturn(okJson("{\"id\":\"5xq1abc7eg46tq\",\"name\":\"n\",\"status\":\"" + status
                                + "\",\"cloud\":\"SECURE\",\"cost\":0.27,\"env\":{},\"runtime\":{\"uptime\":1},"
                                + "\"ssh\":{\"direct\":{\"host\":\"127.0.0.1\",\"port\":" + port
                                + ",\"username\":\"root\"}}}")));
    }

    private static String line(String text) {
        return "data: {\"line\":\"" + text + "\"}\n\n";
    }
}
