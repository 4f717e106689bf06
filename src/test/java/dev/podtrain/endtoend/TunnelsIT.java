package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ProblemException;
import dev.podtrain.base.SystemTime;
import dev.podtrain.demo.RealTensorboard;
import dev.podtrain.run.TunnelOperations.LocalRequest;
import dev.podtrain.run.TunnelOperations.OpenPort;
import dev.podtrain.run.TunnelOperations.TensorboardRequest;
import dev.podtrain.run.TunnelOperations.TunnelRequest;
import dev.podtrain.run.Tunnels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What somebody sees beside a training that goes on: ports of its pod. */
@Timeout(120)
class TunnelsIT {
    private static final Pattern POINT = Pattern.compile("\\[[0-9.]+, [0-9]+, [0-9.]+]");

    private final LaunchFixture fixture = new LaunchFixture();

    @AfterEach
    void end() {
        fixture.close();
    }

    private Tunnels tunnels(Map<String, String> environment) {
        return new Tunnels(environment, fixture.reach(), fixture.home().resolve("no-venv"), new SystemTime());
    }

    @SideBySide
    void lossCurveOfARunIsReadThroughTheTunnelAlsoAfterACutAndTheTrainingGoesOn() throws Exception {
        becomeTheDemo(RealTensorboard.orSkip());
        Tunnels tunnels = tunnels(Map.of());
        try (Background launch = new Background(fixture.operations(), fixture.request())) {
            for (String line : List.of("Looking in links", "Successfully installed", "step 20/")) {
                LaunchFixture.await(line, () -> launch.watcher().log().contains(line), () -> launch.watcher()
                        .log());
            }

            try (OpenedTunnel tunnel = new OpenedTunnel(
                    listener -> tunnels.tensorboard(new TensorboardRequest(fixture.run(), true), listener))) {
                int port = tunnel.awaitOpen().localPort();
                LaunchFixture.await("points of the loss curve", () -> points(port) >= 2, () -> scalars(port));

                PodProcesses processes =
                        PodProcesses.of(fixture.state().attempts().get(0).intent());
                LaunchFixture.await("a connection to cut", processes::cutSsh);

                assertThat(points(port)).isGreaterThanOrEqualTo(2);
            }
            assertThat(fixture.remoteState()).contains("\"phase\":\"training\"");
            assertThat(Files.readString(fixture.remoteRunFolder().resolve("tensorboard")))
                    .endsWith("/workspace/project/outputs/digits\n");
        }
    }

    /** The demo project with a Python environment of its own, made from wheels that lie on the volume. */
    private void becomeTheDemo(RealTensorboard tensorboard) throws IOException {
        Path demo = Path.of("src/demo");
        fixture.write("scripts/train.py", LaunchFixture.text(demo.resolve("scripts/train.py")));
        Files.createDirectories(fixture.project().resolve("data"));
        Files.copy(demo.resolve("data/digits.csv.gz"), fixture.project().resolve("data/digits.csv.gz"));
        fixture.write("config.yaml", """
                output_dir: outputs/digits
                hidden_size: 4
                logging_steps: 10
                step_pause: 0.05
                """);
        fixture.write("requirements.txt", "--no-index\n--find-links /workspace/wheels\ntensorboard\n");
        Path wheels = Files.createDirectories(fixture.local().volume("local").resolve("wheels"));
        try (var files = Files.list(tensorboard.wheels())) {
            for (Path wheel : files.toList()) {
                Files.copy(wheel, wheels.resolve(wheel.getFileName()));
            }
        }
    }

    /** How many points the loss curve has; none while there is no such answer. */
    private static long points(int port) {
        Matcher matcher = POINT.matcher(scalars(port));
        return matcher.results().count();
    }

    private static String scalars(int port) {
        String path = "/data/plugin/scalars/scalars?run=runs&tag=train/loss";
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .timeout(Duration.ofSeconds(40))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "no answer: " + e;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @SideBySide
    void portOfThePodIsReachedUntilThePodEnds() throws Exception {
        fixture.config(100_000, "0.1", 0);
        try (Background launch = new Background(fixture.operations(), fixture.request())) {
            launch.watcher().awaitTrainer();
            int ssh = fixture.allPods().get(0).sshAddress().orElseThrow().port();
            Tunnels tunnels = tunnels(Map.of());

            try (OpenedTunnel tunnel = new OpenedTunnel(
                    listener -> tunnels.tunnel(new TunnelRequest(fixture.run(), ssh, 23_000), listener))) {
                OpenPort.OnPod port = (OpenPort.OnPod) tunnel.awaitOpen();
                assertThat(port.remotePort()).isEqualTo(ssh);
                assertThat(port.run()).isEqualTo(fixture.state().id().value());
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port.localPort())) {
                    assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("SSH-");
                }

                fixture.pods().terminate(fixture.allPods().get(0).id());

                tunnel.awaitEnd();
            }
        }
    }

    @SideBySide
    void runWithoutAPodIsSaidPlainlyWithAWayThatRentsNothing() throws Exception {
        fixture.launch(new Watcher());

        OpenedTunnel listener = new OpenedTunnel(none -> {});
        assertThatThrownBy(() -> tunnels(Map.of()).tensorboard(new TensorboardRequest(fixture.run(), true), listener))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().what()).startsWith("there is no pod of run ");
                    assertThat(e.problem().next()).contains("--local-dir");
                    assertThat(e.problem().left()).isEqualTo("nothing was rented");
                });
    }

    @SideBySide
    void filesOfThisMachineAreShownWithATensorboardOfThisMachine() throws Exception {
        RealTensorboard tensorboard = RealTensorboard.orSkip();
        Tunnels tunnels = tunnels(Map.of("PATH", tensorboard.programs().toString(), "LOCAL_PORT", "24000"));
        LocalRequest request = new LocalRequest(fixture.project(), fixture.project());

        int port;
        try (OpenedTunnel tunnel = new OpenedTunnel(listener -> tunnels.tensorboardHere(request, listener))) {
            port = tunnel.awaitOpen().localPort();
            assertThat(scalars(port)).startsWith("Not found");
        }

        LaunchFixture.await("it ends", () -> scalars(port).startsWith("no answer"));
        assertThat(List.of(port)).allMatch(number -> number >= 24_000);
    }
}
