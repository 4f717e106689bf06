package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ProblemException;
import dev.podtrain.demo.RealTensorboard;
import dev.podtrain.local.Fault;
import dev.podtrain.pod.PodStatus;
import dev.podtrain.run.RunOperations;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What somebody sees beside a training that goes on: ports of its pod. */
@Timeout(600)
class TunnelsIT {
    private static final Pattern POINT = Pattern.compile("\\[[0-9.]+, [0-9]+, [0-9.]+]");

    private final LaunchFixture fixture = new LaunchFixture();

    @AfterEach
    void end() {
        fixture.close();
    }

    @SideBySide
    void lossCurveOfARunIsReadThroughTheTunnelAlsoAfterACutAndTheTrainingGoesOn() throws Exception {
        becomeTheDemo(RealTensorboard.orSkip());
        Tunnels tunnels = fixture.tunnels(Map.of());
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

                // What was asked while the connection was being cut gets no answer.
                LaunchFixture.await("points after the cut", () -> points(port) >= 2, () -> scalars(port));
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
                epochs: 100000
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
            Tunnels tunnels = fixture.tunnels(Map.of());

            try (OpenedTunnel tunnel = new OpenedTunnel(
                    listener -> tunnels.tunnel(new TunnelRequest(fixture.run(), ssh, 23_000), listener))) {
                OpenPort.OnPod port = (OpenPort.OnPod) tunnel.awaitOpen();
                assertThat(port.remotePort()).isEqualTo(ssh);
                assertThat(port.run()).isEqualTo(fixture.state().id().value());
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port.localPort())) {
                    assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("SSH-");
                }

                fixture.operations().stop(new RunOperations.StopRequest(fixture.run(), true), new Watcher());

                tunnel.awaitEnd();
            }
        }
    }

    @SideBySide
    void tunnelLeadsToTheNextPodWhenOneWasLostAndReplaced() throws Exception {
        fixture.set("RECOVER", "1");
        fixture.set("WAIT_FOR_CAPACITY", "1h");
        fixture.config(100_000, "0.1", 0);
        try (Background launch = new Background(fixture.operations(), fixture.request())) {
            launch.watcher().awaitTrainer();
            Tunnels tunnels = fixture.tunnels(Map.of());
            try (OpenedTunnel tunnel = new OpenedTunnel(
                    listener -> tunnels.tunnel(new TunnelRequest(fixture.run(), 9, 23_100), listener))) {
                OpenPort first = tunnel.awaitOpen();

                // There is no other pod before the tunnel has missed the first one.
                fixture.local().cloud().inject(Fault.always(Fault.Kind.START_REFUSED));
                fixture.local().cloud().inject(Fault.always(Fault.Kind.CAPACITY));
                fixture.local().cloud().inject(Fault.next(Fault.Kind.POD_KILLED));
                LaunchFixture.await("the wait for another pod", () -> tunnel.messages().stream()
                        .anyMatch(said -> said.contains("waiting for another pod")));
                fixture.local().cloud().clearFaults();

                OpenPort second = tunnel.awaitOpen();
                assertThat(second.localPort()).isEqualTo(first.localPort());
                assertThat(fixture.state().attempts()).hasSize(2);
            }
        }
    }

    @SideBySide
    void eventFilesOfARunWithoutAPodAreReadFromTheVolumeAndShownHere() throws Exception {
        RealTensorboard tensorboard = RealTensorboard.orSkip();
        fixture.launch(new Watcher());
        Path events = fixture.remote("out/runs");
        tensorboard.writeLossCurve(events, 5);
        Tunnels tunnels = fixture.tunnels(Map.of("PATH", tensorboard.programs().toString(), "LOCAL_PORT", "25000"));
        Path here = fixture.home().resolve("state/runs/" + fixture.state().id() + "/events");

        try (OpenedTunnel shown = new OpenedTunnel(
                listener -> tunnels.tensorboard(new TensorboardRequest(fixture.run(), true), listener))) {
            int port = shown.awaitOpen().localPort();

            LaunchFixture.await("the loss curve", () -> points(port) == 5, () -> scalars(port));
            assertThat(shown.messages()).contains("asked: 1 event files");
        }

        // A start from the beginning puts the old files aside.
        Files.move(events, fixture.remote("aside"));
        tensorboard.writeLossCurve(events, 3);
        try (OpenedTunnel shown = new OpenedTunnel(
                listener -> tunnels.tensorboard(new TensorboardRequest(fixture.run(), true), listener))) {
            int port = shown.awaitOpen().localPort();

            LaunchFixture.await("the new loss curve", () -> points(port) == 3, () -> scalars(port));
        }
        try (Stream<Path> read = Files.walk(here)) {
            assertThat(read.filter(Files::isRegularFile)).hasSize(1);
        }
        assertThat(fixture.allPods()).noneMatch(pod -> pod.status() == PodStatus.RUNNING);
    }

    @SideBySide
    void runWithoutAPodAndWithoutEventFilesIsSaidPlainly() throws Exception {
        RealTensorboard tensorboard = RealTensorboard.orSkip();
        fixture.launch(new Watcher());
        Tunnels tunnels = fixture.tunnels(Map.of("PATH", tensorboard.programs().toString()));

        try (OpenedTunnel listener = new OpenedTunnel(none -> {})) {
            assertThatThrownBy(() -> tunnels.tensorboard(new TensorboardRequest(fixture.run(), true), listener))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().what()).isEqualTo("there are no event files to show");
                        assertThat(e.problem().left()).isEqualTo("nothing was rented");
                    });
        }
    }

    @SideBySide
    void eventFilesAreNotReadHomeWhereNothingCouldShowThem() throws Exception {
        fixture.launch(new Watcher());
        Path events = Files.createDirectories(fixture.remote("out/runs"));
        Files.writeString(events.resolve("events.out.tfevents.1"), "never read");

        try (OpenedTunnel listener = new OpenedTunnel(none -> {})) {
            assertThatThrownBy(() -> fixture.tunnels(Map.of())
                            .tensorboard(new TensorboardRequest(fixture.run(), true), listener))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().what()).isEqualTo("there is no TensorBoard on this machine");
                        assertThat(e.problem().next()).contains("pip' install tensorboard");
                    });
            assertThat(listener.messages()).noneMatch(message -> message.startsWith("asked"));
        }
    }

    @SideBySide
    void filesOfThisMachineAreShownWithATensorboardOfThisMachine() throws Exception {
        RealTensorboard tensorboard = RealTensorboard.orSkip();
        Tunnels tunnels = fixture.tunnels(Map.of("PATH", tensorboard.programs().toString(), "LOCAL_PORT", "24000"));
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
