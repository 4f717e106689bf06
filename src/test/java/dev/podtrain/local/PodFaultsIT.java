package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podtrain.local.Fault.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class PodFaultsIT {
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
    void logShowsOtherHostKeysThanTheServerHas() {
        cloud.cloud().inject(Fault.next(Kind.HOST_KEY_MISMATCH));

        String pod = cloud.createReady("");

        assertThat(cloud.loggedFingerprint(pod)).startsWith("SHA256:").isNotEqualTo(cloud.realFingerprint(pod));
    }

    @Test
    void logOfACustomImageShowsNoHostKeys() {
        cloud.cloud().inject(Fault.next(Kind.NO_FINGERPRINTS));

        String pod = cloud.createReady("");

        assertThat(cloud.api().containerLog(pod, "Pod is ready to use"))
                .contains("Setting up SSH...")
                .noneMatch(line -> line.contains("SHA256:"));
    }

    @Test
    void startGivesAPodWithoutGpus() {
        String pod = cloud.createReady("");
        cloud.act(pod, "stop");
        cloud.cloud().inject(Fault.next(Kind.ZERO_GPUS));

        // Not judged by the provider's description, which has no count below 1 although it happens.
        cloud.unjudged().post("/v2/pods/" + pod + "/action", "{\"action\":\"start\"}");
        cloud.awaitReady(pod);

        assertThat(cloud.unjudged()
                        .get("/v2/pods/" + pod)
                        .json()
                        .at("/gpu/count")
                        .asInt())
                .isZero();
        int port = cloud.details(pod).path("sshPort").asInt();
        Machine.Output gpus = Machine.ssh(
                cloud.key(), port, "nvidia-smi -L; tr '\\0' '\\n' < /proc/1/environ | grep RUNPOD_GPU_COUNT");
        assertThat(gpus.text()).isEqualTo("No devices were found\nRUNPOD_GPU_COUNT=0\n");
    }

    @Test
    void slowBootPassesThroughTheStatesAndCountsItsTime() {
        cloud.cloud().inject(Fault.next(Kind.SLOW_BOOT).lasting(Duration.ofSeconds(2)));
        cloud.cloud().inject(Fault.next(Kind.PROVISIONING));
        String pod = cloud.create("");

        Set<String> seen = new HashSet<>(List.of(cloud.status(pod)));
        Machine.await("the end of the boot", () -> {
            seen.add(cloud.status(pod));
            return cloud.details(pod).path("bootMillis").isNumber();
        });
        seen.add(cloud.status(pod));

        assertThat(seen).contains("PROVISIONING", "RUNNING");
        assertThat(cloud.details(pod).path("bootMillis").asLong()).isGreaterThanOrEqualTo(2000L);
    }

    @Test
    void podThatNeverGetsReadyIsBilledWithoutRuntime() {
        cloud.cloud().inject(Fault.next(Kind.NEVER_READY));

        String pod = cloud.create("");

        List<String> system = cloud.api()
                .events("/v2/pods/" + pod + "/logs?source=system", Map.of(), events -> events.stream()
                        .anyMatch(event -> event.contains("Pulling from runpod/pytorch")));
        assertThat(system).noneMatch(event -> event.contains("start container"));
        JsonNode shown = cloud.api().get("/v2/pods/" + pod).json();
        assertThat(shown.path("runtime").isNull()).isTrue();
        assertThat(shown.path("cost").asDouble()).isPositive();
    }

    @Test
    void lostHostEndsThePodAsIfNobodyHadAsked() {
        String pod = cloud.createReady("");

        cloud.cloud().inject(Fault.next(Kind.POD_KILLED).onPod(pod));

        assertThat(cloud.status(pod)).isEqualTo("EXITED");
        assertThat(Machine.processesWith(pod)).isEmpty();
        assertThat(cloud.cloud().faults()).isEmpty();
    }

    @Test
    void usedUpBalanceEndsPodsAndTheDataOfThoseWithoutANetworkVolume() {
        String withNetworkVolume = cloud.createReady("");
        String withOwnVolume = cloud.createReady("\"mounts\":{\"persistent\":{\"size\":10,\"path\":\"/workspace\"}}");

        cloud.cloud().inject(Fault.always(Kind.BALANCE_ZERO));

        Machine.await(
                "the end of the pods",
                () -> cloud.api().get("/v2/pods").json().path("pods").size() == 1);
        assertThat(cloud.status(withNetworkVolume)).isEqualTo("EXITED");
        assertThat(cloud.api().get("/v2/pods/" + withOwnVolume).status()).isEqualTo(404);
        assertThat(Machine.processesWith(withNetworkVolume)).isEmpty();
        assertThat(cloud.act(withNetworkVolume, "start").status()).isEqualTo(402);
    }

    @Test
    void podsOutliveTheirCloudAndAreTakenUpAgain() {
        String kept = cloud.createReady("");
        String lost = cloud.createReady("");
        long pid = cloud.details(kept).path("pid").asLong();
        long lostPid = cloud.details(lost).path("pid").asLong();
        String before = cloud.fixture().endpoint().apiUrl().toString();

        cloud.fixture().restart(() -> {
            ProcessHandle.of(lostPid).orElseThrow().destroyForcibly();
            Machine.await("the end of the pod", () -> SandboxProcess.of(lostPid).isEmpty());
        });

        assertThat(cloud.fixture().endpoint().apiUrl()).hasToString(before);
        assertThat(cloud.details(kept).path("pid").asLong()).isEqualTo(pid);
        assertThat(cloud.run(kept, "echo alive")).isEqualTo("alive");
        assertThat(cloud.status(lost)).isEqualTo("EXITED");
        assertThat(cloud.act(kept, "stop").text("/status")).isEqualTo("EXITED");
        assertThat(Machine.processesWith(kept)).isEmpty();
    }

    @Test
    void logGoesOnFromTheLastEventAlsoAfterTheCloudWasStartedAgain() throws IOException {
        String pod = cloud.createReady("");
        String logs = "/v2/pods/" + pod + "/logs?source=container";
        List<String> all =
                cloud.api().events(logs, Map.of(), events -> last(events).contains("ready to use"));
        String id = all.get(4).substring(0, all.get(4).indexOf(' '));

        cloud.fixture().restart();

        List<String> rest = cloud.api().events(logs, Map.of("Last-Event-ID", id), events -> last(events)
                .contains("ready to use"));
        assertThat(rest).isEqualTo(all.subList(5, all.size()));
        assertThat(cloud.api().events(logs + "&tail=2", Map.of(), events -> events.size() == 2))
                .isEqualTo(all.subList(all.size() - 2, all.size()));
        String since = id.substring(0, id.indexOf('/'));
        assertThat(cloud.api().events(logs + "&since=" + since, Map.of(), events -> last(events)
                        .contains("ready to use")))
                .endsWith(last(all))
                .hasSizeLessThanOrEqualTo(all.size());
    }

    @Test
    void newLinesReachAnOpenLogStreamAtOnce() {
        String pod = cloud.createReady("");
        cloud.api().containerLog(pod, "Pod is ready to use");

        cloud.run(pod, "(for i in $(seq 3000); do echo said late > /proc/1/fd/1; sleep 0.1; done) > /dev/null 2>&1 &");

        assertThat(cloud.api().events("/v2/pods/" + pod + "/logs?tail=0", Map.of(), events -> events.size() == 2))
                .allMatch(event -> event.contains("said late"));
    }

    private static String last(List<String> events) {
        return events.get(events.size() - 1);
    }
}
