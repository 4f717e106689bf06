package dev.podtrain.endtoend;

import dev.podtrain.base.SystemTime;
import dev.podtrain.http.HttpApi;
import dev.podtrain.http.HttpLimits;
import dev.podtrain.http.HttpSettings;
import dev.podtrain.local.Fault;
import dev.podtrain.local.LocalCloudFixture;
import dev.podtrain.pod.CloudType;
import dev.podtrain.pod.CreateOutcome;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodSpec;
import dev.podtrain.pod.PodStatus;
import dev.podtrain.pod.VolumeMount;
import dev.podtrain.script.PodScripts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A pod on a local cloud of its own, on which nobody starts a training: its guard ends it when a boot grace of one
 * second is over, if it can.
 */
final class UnattendedPod implements AutoCloseable {
    private static final String INTENT = "0123456789abcdef";
    /** Nothing happens in the pod before the faults are on again and its processes were seen. */
    private static final String WAITING =
            "bash -c 'until [ -e /workspace/go ]; do sleep 0.05; done; exec \"$@\"' waiting ";

    private static final String RUN = "out-123456";

    private final LocalCloudFixture local = LocalCloudFixture.start();
    private final HttpApi http = new HttpApi(
            new HttpSettings(
                    "the local cloud",
                    local.endpoint().apiUrl(),
                    local.endpoint().apiKey(),
                    "KEY",
                    "pod-train/test",
                    HttpLimits.patient()),
            new SystemTime(),
            () -> 0.5,
            new Watcher(),
            line -> {});
    private final PodApi pods = new PodApi(http);
    private final PodProcesses processes =
            PodProcesses.of(INTENT + local.endpoint().apiUrl().getPort());
    private final Map<String, String> environment = new TreeMap<>(Map.of(
            "POD_TRAIN_RUN",
            RUN,
            Pod.INTENT_VARIABLE,
            INTENT + local.endpoint().apiUrl().getPort(),
            "POD_TRAIN_GUARD",
            PodScripts.guardBase64(),
            "POD_TRAIN_API_URL",
            local.endpoint().apiUrl().toString(),
            "POD_TRAIN_GRAPHQL_URL",
            local.endpoint().graphqlUrl().toString(),
            "POD_TRAIN_HAS_NETWORK_VOLUME",
            "1",
            "POD_TRAIN_BOOT_GRACE",
            "1",
            "POD_TRAIN_GUARD_INTERVAL",
            "0.2",
            "POD_TRAIN_RETRY_PAUSE",
            "1"));

    UnattendedPod with(String variable, String value) {
        environment.put("POD_TRAIN_" + variable, value);
        return this;
    }

    UnattendedPod with(Fault fault) {
        local.cloud().inject(fault);
        return this;
    }

    /** Rents it; the faults have to be on by then. */
    UnattendedPod create() throws InterruptedException {
        List<Fault> faults = local.cloud().faults();
        // What keeps the guard from the provider would keep this test from it as well.
        local.cloud().clearFaults();
        CreateOutcome outcome = pods.create(new PodSpec(
                "unattended",
                "runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404",
                20,
                "NVIDIA RTX A5000",
                1,
                null,
                CloudType.SECURE,
                List.of(),
                VolumeMount.network("local", "/workspace"),
                List.of("22/tcp"),
                environment,
                WAITING + PodScripts.guardCommand()));
        faults.forEach(local.cloud()::inject);
        if (!(outcome instanceof CreateOutcome.Created)) {
            throw new AssertionError(outcome);
        }
        LaunchFixture.await("the pod", () -> !processes.none());
        createFile(local.volume("local").resolve("go"));
        return this;
    }

    /** What became of it, once it has no process any more; empty if it is gone altogether. */
    private boolean isShownAsEnded() {
        try {
            return pods.list().stream().allMatch(pod -> pod.status().isEnded());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Optional<PodStatus> end() throws InterruptedException {
        LaunchFixture.await("the end of the pod", processes::none);
        local.cloud().clearFaults();
        LaunchFixture.await("the pod to show as ended", this::isShownAsEnded);
        return pods.list().stream().map(Pod::status).findFirst();
    }

    private static void createFile(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the guard tried, in order. */
    List<String> tries() {
        return LaunchFixture.text(local.volume("local").resolve(".pod-train/runs/" + RUN + "/events.ndjson"))
                .lines()
                .filter(line -> line.contains("-tried\""))
                .map(line -> line.replaceAll(".*\"event\":\"([a-z]+)-tried\".*\"detail\":\"([^\"]*)\".*", "$1: $2"))
                .toList();
    }

    @Override
    public void close() {
        http.close();
        local.close();
    }
}
