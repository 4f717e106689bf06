package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.SystemTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class LocalCloudControlIT {
    private static final Progress SILENT = new Progress() {
        @Override
        public void report(String message) {}

        @Override
        public void warn(String message) {}
    };

    private Path stateDir;
    private LocalCloudControl control;

    @BeforeEach
    void prepare(@TempDir Path folder) {
        stateDir = folder.resolve("state/local");
        control = control();
    }

    @AfterEach
    void endAll() throws InterruptedException {
        control.down();
    }

    private LocalCloudControl control(String... options) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ServeMain.class.getName()));
        command.addAll(List.of(options));
        return new LocalCloudControl(stateDir, new SystemTime(), command);
    }

    private static String createPod(LocalEndpoint endpoint) {
        return ApiClient.of(endpoint).post("/v2/pods", """
                        {"name":"p","image":"i","disk":9,"ports":["22/tcp"],"env":{"PUBLIC_KEY":"ssh-ed25519 AAAA x"},
                         "gpu":{"id":"NVIDIA L4","count":1}}
                        """).text("/id");
    }

    private static void awaitReady(LocalEndpoint endpoint, String pod) {
        Machine.await(
                "SSH",
                () -> ControlClient.details(endpoint, pod).path("bootMillis").isNumber());
    }

    @Test
    void thisMachineCanRunPods() {
        assertThat(LocalCloudControl.unsupportedReason()).isEmpty();
    }

    @Test
    void severalCommandsAtOnceStartOneProcess() throws Exception {
        ExecutorService commands = Executors.newFixedThreadPool(4);
        List<Future<LocalEndpoint>> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(commands.submit(() -> control().up(SILENT)));
        }
        List<Long> processes = new ArrayList<>();
        for (Future<LocalEndpoint> start : starts) {
            processes.add(start.get().pid());
        }
        commands.shutdown();

        assertThat(processes).containsOnly(processes.get(0));
        assertThat(SandboxProcess.of(processes.get(0))).isPresent();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stateDir.resolve("endpoint.json"))))
                .isEqualTo("rw-------");
        assertThat(control.up(SILENT).pid()).isEqualTo(processes.get(0));
    }

    @Test
    void downEndsThePodsAndTheProcessAndKeepsTheVolumes() throws Exception {
        LocalEndpoint endpoint = control.up(SILENT);
        String pod = createPod(endpoint);
        awaitReady(endpoint, pod);
        assertThat(control.status().orElseThrow().running()).isEqualTo(1);
        Path volume = Files.createDirectories(stateDir.resolve("volumes/local"));
        Files.writeString(volume.resolve("file"), "kept");

        control.down();

        assertThat(SandboxProcess.of(endpoint.pid())).isEmpty();
        assertThat(Machine.processesWith(pod)).isEmpty();
        assertThat(control.status()).isEmpty();
        assertThat(volume.resolve("file")).hasContent("kept");
        LocalEndpoint again = control.up(SILENT);
        assertThat(again.apiUrl()).isEqualTo(endpoint.apiUrl());
        assertThat(again.apiKey()).isEqualTo(endpoint.apiKey());
        assertThat(ApiClient.of(again).get("/v2/pods/" + pod).text("/status")).isEqualTo("EXITED");
    }

    @Test
    void podsOfAKilledProcessGoOnWithTheNextOne() throws Exception {
        LocalEndpoint endpoint = control.up(SILENT);
        String pod = createPod(endpoint);
        awaitReady(endpoint, pod);
        long pidOne = ControlClient.details(endpoint, pod).path("pid").asLong();
        kill(endpoint);

        LocalEndpoint next = control.up(SILENT);

        assertThat(next.pid()).isNotEqualTo(endpoint.pid());
        assertThat(ControlClient.details(next, pod).path("pid").asLong()).isEqualTo(pidOne);
        assertThat(SshPorts.greets(
                        ControlClient.details(next, pod).path("sshPort").asInt()))
                .isTrue();
    }

    @Test
    void downAlsoEndsThePodsOfAKilledProcess() throws Exception {
        LocalEndpoint endpoint = control.up(SILENT);
        String pod = createPod(endpoint);
        awaitReady(endpoint, pod);
        kill(endpoint);
        assertThat(Machine.processesWith(pod)).isNotEmpty();

        control.down();

        Machine.await("the end of the pod", () -> Machine.processesWith(pod).isEmpty());
    }

    /** Its first thread may be seen as ended while others still answer. */
    private void kill(LocalEndpoint endpoint) {
        ProcessHandle process = ProcessHandle.of(endpoint.pid()).orElseThrow();
        process.destroyForcibly();
        Machine.await("the end of the process", () -> !process.isAlive());
    }

    @Test
    void processThatHasNoPodsEndsByItself() throws Exception {
        LocalEndpoint endpoint = control("--idle-exit", "3").up(SILENT);

        Machine.await("the end of the idle process", () -> SandboxProcess.of(endpoint.pid())
                .isEmpty());

        assertThat(control.status()).isEmpty();
        assertThat(stateDir.resolve("endpoint.json")).doesNotExist();
    }

    @Test
    void resetForgetsEverything() throws Exception {
        LocalEndpoint endpoint = control.up(SILENT);
        createPod(endpoint);

        control.reset();

        assertThat(stateDir).doesNotExist();
        assertThat(control.up(SILENT).apiKey()).isNotEqualTo(endpoint.apiKey());
    }

    @Test
    void processThatCannotStartIsAProblemWithItsOwnWords() throws IOException {
        LocalCloudControl broken = new LocalCloudControl(
                stateDir, new SystemTime(), List.of("sh", "-c", "echo no such JDK; exit 1", "sh"));

        assertThatThrownBy(() -> broken.up(SILENT))
                .isInstanceOf(ProblemException.class)
                .hasMessage("the local cloud did not start: no such JDK");
    }
}
