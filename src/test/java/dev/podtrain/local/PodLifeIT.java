package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class PodLifeIT {
    private static PodCloud cloud;

    @BeforeAll
    static void startCloud() {
        cloud = new PodCloud();
    }

    @AfterAll
    static void endCloud() {
        cloud.close();
    }

    @AfterEach
    void removePods() throws InterruptedException {
        cloud.cloud().clearFaults();
        cloud.cloud().terminateAllPods();
    }

    @Test
    void podIsLoggedInToAsRootWithTheHostKeyOfItsLog() {
        String pod = cloud.createReady("");

        assertThat(cloud.run(pod, "id -un; nvidia-smi -L | wc -l")).isEqualTo("root\n2");
        assertThat(cloud.realFingerprint(pod)).startsWith("SHA256:").isEqualTo(cloud.loggedFingerprint(pod));
    }

    @Test
    void podOnCpusHasTheVolumeAndNoGpus() {
        String pod = cloud.createReady("\"gpu\":null,\"cpu\":{\"id\":\"cpu3c\",\"vcpuCount\":2}");

        assertThat(cloud.run(
                        pod,
                        "command -v nvidia-smi; tr '\\0' '\\n' </proc/1/environ | grep -c RUNPOD_GPU_COUNT; "
                                + "command -v runpodctl; echo there >/workspace/from-cpu"))
                .isEqualTo("0\n/opt/runpod/bin/runpodctl");
        assertThat(cloud.volume().resolve("from-cpu")).hasContent("there");
    }

    @Test
    void logReadsLikeTheOfficialImages() {
        String pod = cloud.createReady("");

        List<String> log = cloud.api().containerLog(pod, "Pod is ready to use");

        String host = cloud.run(pod, "hostname");
        assertThat(log.stream().map(line -> line.replaceAll("SHA256:[A-Za-z0-9+/]{43}", "SHA256:*")))
                .containsExactly(
                        "Starting Nginx service...",
                        "Pod Started",
                        "Setting up SSH...",
                        "ECDSA key fingerprint:",
                        "256 SHA256:* root@" + host + " (ECDSA)",
                        "ED25519 key fingerprint:",
                        "256 SHA256:* root@" + host + " (ED25519)",
                        " * Starting OpenBSD Secure Shell server sshd",
                        "SSH host keys:",
                        "Key: /etc/ssh/ssh_host_ecdsa_key.pub",
                        "256 SHA256:* root@" + host + " (ECDSA)",
                        "Key: /etc/ssh/ssh_host_ed25519_key.pub",
                        "256 SHA256:* root@" + host + " (ED25519)",
                        "Exporting environment variables...",
                        "Start script(s) finished, Pod is ready to use.");
        Machine.await("the environment file", () -> cloud.tryRun(pod, "grep RUNPOD_POD_ID= /etc/rp_environment")
                .text()
                .contains(pod));
    }

    @Test
    void stoppedPodLeavesNoProcessAndKeepsItsVolume() {
        String pod = cloud.createReady("");
        cloud.run(
                pod,
                "tmux new-session -d -s train 'trap \"\" TERM HUP; sleep 1000'; setsid sleep 1000 >/dev/null 2>&1 & "
                        + "echo kept > /workspace/file; echo lost > /root/file");
        assertThat(Machine.processesWith(pod)).isNotEmpty();
        long pidOne = cloud.details(pod).path("pid").asLong();

        assertThat(cloud.act(pod, "stop").text("/status")).isEqualTo("EXITED");

        assertThat(SandboxProcess.of(pidOne)).isEmpty();
        assertThat(Machine.processesWith(pod)).isEmpty();
        assertThat(cloud.volume().resolve("file")).hasContent("kept\n");
    }

    @Test
    void startGivesAFreshContainerWithNewHostKeys() {
        String pod = cloud.createReady("");
        cloud.run(pod, "echo kept > /workspace/file; echo lost > /root/file");
        String before = cloud.loggedFingerprint(pod);
        cloud.act(pod, "stop");

        cloud.act(pod, "start");
        cloud.awaitReady(pod);

        assertThat(cloud.run(pod, "ls /root/file 2>/dev/null; cat /workspace/file"))
                .isEqualTo("kept");
        assertThat(cloud.realFingerprint(pod)).isNotEqualTo(before);
        assertThat(cloud.realFingerprint(pod)).isEqualTo(cloud.loggedFingerprint(pod, 2));
    }

    @Test
    void restartInPlaceKeepsTheContainerDiskAndTheHostKeys() {
        String pod = cloud.createReady("");
        cloud.run(pod, "echo kept > /root/file");
        String before = cloud.realFingerprint(pod);
        long pidOne = cloud.details(pod).path("pid").asLong();

        assertThat(cloud.act(pod, "restart").status()).isEqualTo(200);

        assertThat(cloud.details(pod).path("pid").asLong()).isNotEqualTo(pidOne);
        Machine.await("SSH after the restart", () -> SshPorts.greets(cloud.sshPort(pod)));
        assertThat(cloud.run(pod, "cat /root/file")).isEqualTo("kept");
        assertThat(cloud.realFingerprint(pod)).isEqualTo(before);
    }

    @Test
    void commandOfTheCreateRunsAsFirstProcessWordByWord() {
        String pod = cloud.createReady("""
                "args":"bash -c 'printf \\"[%s]\\" \\"$@\\" > /workspace/words; exec /start.sh' name \\"a  b\\" \\"it's\\" c\\\\ d \\"\\" "
                """);

        assertThat(cloud.volume().resolve("words")).hasContent("[a  b][it's][c d][]");
        assertThat(cloud.run(pod, "tr '\\0' ' ' < /proc/1/cmdline")).isEqualTo("bash /start.sh");
    }

    @Test
    void commandThatEndsIsStartedAgainAndBilledOn() {
        String pod = cloud.create("\"args\":\"bash -c 'echo run >> /workspace/runs'\"");

        Machine.await("three runs", () -> lines(cloud.volume().resolve("runs")) >= 3);

        assertThat(cloud.status(pod)).isEqualTo("RUNNING");
        assertThat(cloud.api().get("/v2/pods/" + pod).json().path("cost").asDouble())
                .isPositive();
    }

    private static long lines(Path file) {
        return Files.exists(file) ? contentOf(file).lines().count() : 0;
    }

    private static String contentOf(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void environmentIsSeenInsideThePodOnly() {
        String secret = "canary-5d1f7c";
        String pod = cloud.createReady("\"env\":{\"TOKEN\":\"" + secret + "\",\"ODD\":\"a\\nb $x 'y'\"}");

        String seen = cloud.run(
                pod,
                "env | grep -c TOKEN; tr '\\0' '\\n' < /proc/1/environ | grep -A1 -E '^(ODD|TOKEN|RUNPOD_POD_ID)='");

        assertThat(seen).startsWith("0\n").contains("TOKEN=" + secret, "ODD=a\nb $x 'y'", "RUNPOD_POD_ID=" + pod);
        assertThat(Machine.run(List.of("ps", "-eo", "args")).text()).doesNotContain(secret);
        assertThat(Machine.filesThatOthersCanRead(cloud.fixture().stateDir(), secret))
                .isEmpty();
    }

    @Test
    void podStopsItselfWithItsOwnKey() {
        String pod = cloud.createReady("");
        String api = cloud.fixture().endpoint().apiUrl().toString();

        cloud.tryRun(
                pod,
                "export $(tr '\\0' '\\n' < /proc/1/environ | grep -E '^RUNPOD_(API_KEY|POD_ID)='); "
                        + "curl -s -A guard -H \"Authorization: Bearer $RUNPOD_API_KEY\" -d '{\"action\":\"stop\"}' "
                        + api + "/v2/pods/$RUNPOD_POD_ID/action");

        Machine.await("the pod's end", () -> cloud.status(pod).equals("EXITED"));
        assertThat(Machine.processesWith(pod)).isEmpty();
    }

    @Test
    void runpodctlEndsThePodInBothItsLanguages() {
        String pod = cloud.createReady("");
        int port = cloud.sshPort(pod);
        cloud.cloud().inject(Fault.always(Fault.Kind.REST_DOWN));
        cloud.cloud().inject(Fault.always(Fault.Kind.GRAPHQL_GONE));
        cloud.cloud().inject(Fault.next(Fault.Kind.RUNPODCTL_BROKEN));

        Machine.Output broken = Machine.ssh(cloud.key(), port, "runpodctl pod stop " + pod);
        Machine.ssh(cloud.key(), port, "runpodctl pod stop " + pod);
        cloud.cloud().clearFaults();

        assertThat(broken.status()).isEqualTo(1);
        // The pod's own end cuts the connection before the provider shows it.
        Machine.await("the pod's end", () -> cloud.status(pod).equals("EXITED"));
        cloud.act(pod, "start");
        cloud.awaitReady(pod);
        cloud.tryRun(pod, "runpodctl remove pod " + pod);
        assertThat(cloud.api().get("/v2/pods/" + pod).status()).isEqualTo(404);
    }

    @Test
    void nvidiaSmiAnswersForTheGpusOfThePod() {
        String pod = cloud.createReady("");
        ControlClient.of(cloud.fixture().endpoint())
                .call("PUT", "/control/pods/" + pod + "/gpu-utilization", "{\"percent\":37}");

        assertThat(cloud.run(
                        pod,
                        "nvidia-smi --query-gpu=index,name,utilization.gpu,memory.total --format=csv,noheader,nounits"))
                .isEqualTo("0, NVIDIA RTX A5000, 37, 24576\n1, NVIDIA RTX A5000, 37, 24576");
        assertThat(cloud.run(pod, "nvidia-smi --query-gpu=utilization.gpu --format=csv"))
                .isEqualTo("utilization.gpu\n37 %\n37 %");
    }

    @Test
    void patchOfARunningPodGivesANewContainerWithTheNewEnvironment() {
        String pod = cloud.createReady("");
        cloud.run(pod, "echo lost > /root/file");
        String key = Machine.publicHalf(cloud.key());

        cloud.api().call("PATCH", "/v2/pods/" + pod, "{\"env\":{\"PUBLIC_KEY\":\"" + key + "\",\"NEW\":\"value\"}}");
        assertThat(cloud.api().get("/v2/pods/" + pod).json().at("/ssh/direct").isNull())
                .isTrue();
        cloud.awaitReady(pod);

        assertThat(cloud.run(pod, "ls /root/file 2>/dev/null; tr '\\0' '\\n' < /proc/1/environ | grep ^NEW="))
                .isEqualTo("NEW=value");
    }

    @Test
    void persistentVolumeOutlivesAStopAndNotATermination() {
        String pod = cloud.createReady("\"mounts\":{\"persistent\":{\"size\":10,\"path\":\"/data\"}}");
        cloud.run(pod, "echo kept > /data/file");

        cloud.act(pod, "stop");
        cloud.act(pod, "start");
        cloud.awaitReady(pod);

        assertThat(cloud.run(pod, "cat /data/file")).isEqualTo("kept");
        cloud.act(pod, "terminate");
        assertThat(cloud.fixture().stateDir().resolve("pods").resolve(pod)).doesNotExist();
    }

    @Test
    void filesTravelByRsyncAndSftp(@TempDir Path folder) throws IOException {
        String pod = cloud.createReady("");
        Path file = Files.writeString(folder.resolve("a file"), "content");
        String port = Integer.toString(cloud.sshPort(pod));
        String ssh =
                "ssh -F none -i %s -p %s -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
                        .formatted(cloud.key(), port);

        Machine.Output rsync =
                Machine.run(List.of("rsync", "-a", "-e", ssh, file.toString(), "root@127.0.0.1:/workspace/by rsync"));
        Machine.Output sftp = Machine.run(List.of(
                "bash",
                "-c",
                "echo 'put \"%s\" \"/workspace/by sftp\"' | sftp -b - %s root@127.0.0.1"
                        .formatted(file, ssh.substring("ssh ".length()).replace("-p ", "-P "))));

        assertThat(rsync.status()).as(rsync.text()).isZero();
        assertThat(sftp.status()).as(sftp.text()).isZero();
        assertThat(cloud.volume().resolve("by rsync")).hasContent("content");
        assertThat(cloud.volume().resolve("by sftp")).hasContent("content");
    }

    @Test
    void twentyPodsAtOnceAllAnswerAndLeaveNothing() {
        List<String> pods = IntStream.range(0, 20)
                .parallel()
                .mapToObj(i -> cloud.create("\"name\":\"pod-" + i + "\""))
                .toList();

        pods.forEach(cloud::awaitReady);
        assertThat(pods.stream().map(cloud::sshPort)).doesNotHaveDuplicates();
        pods.parallelStream().forEach(pod -> cloud.act(pod, "stop"));

        assertThat(pods).allSatisfy(pod -> {
            assertThat(cloud.status(pod)).isEqualTo("EXITED");
            assertThat(Machine.processesWith(pod)).isEmpty();
        });
    }
}
