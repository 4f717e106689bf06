package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.ledger.EndReason;
import dev.podtrain.pod.CloudType;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodSpec;
import dev.podtrain.pod.PodStatus;
import dev.podtrain.pod.VolumeMount;
import dev.podtrain.run.Care;
import dev.podtrain.run.CareOperations.Account;
import dev.podtrain.run.CareOperations.SweepRequest;
import dev.podtrain.run.CareOperations.Swept;
import dev.podtrain.run.CareOperations.Swept.Result;
import dev.podtrain.run.FoundPod;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What a sweep sees, ends and leaves alone, on real pods. */
@Timeout(300)
class SweepIT {
    private LaunchFixture fixture;
    private final Watcher watcher = new Watcher();

    @BeforeEach
    void start() {
        fixture = new LaunchFixture();
    }

    @AfterEach
    void end() {
        fixture.close();
    }

    @SideBySide
    void trainingIsLeftAloneUntilAllIsSaidAndThenMaySave() throws InterruptedException {
        fixture.config(100_000, "0.1", 0);
        fixture.operations().launch(fixture.detached(), watcher);
        LaunchFixture.await("the training", () -> fixture.remoteLog().contains("step 3\n"));

        FoundPod found = find(fixture.care()).get(0);
        assertThat(found.ours() && found.known() && found.expendable()).isTrue();
        assertThat(found.run()).isEqualTo(fixture.state().id().value());
        assertThat(found.activity()).isEqualTo(FoundPod.Activity.TRAINING);
        // Price, and 50 GB of container disk at 0.10 USD per GB and month.
        assertThat(found.dailyUsd())
                .isEqualByComparingTo(
                        found.hourlyPriceUsd().multiply(new BigDecimal(24)).add(new BigDecimal("0.1667")));

        assertThat(end(fixture.care(), found.id(), false, false).result()).isEqualTo(Result.SKIPPED);
        FoundPod seenElsewhere = find(fixture.careElsewhere("other")).get(0);
        assertThat(seenElsewhere.known()).isFalse();
        assertThat(seenElsewhere.activity()).isEqualTo(FoundPod.Activity.UNKNOWN);
        assertThat(end(fixture.careElsewhere("other"), found.id(), false, false).result())
                .isEqualTo(Result.SKIPPED);
        assertThat(fixture.allPods()).extracting(Pod::status).containsExactly(PodStatus.RUNNING);

        assertThat(end(fixture.care(), found.id(), false, true).result()).isEqualTo(Result.STOPPED);
        assertThat(fixture.remoteLog()).contains("saved on SIGTERM").endsWith("EXIT_CODE=143\n");
        assertThat(fixture.state().current().orElseThrow().ended().reason()).isEqualTo(EndReason.STOPPED);
        assertThat(fixture.state().maybeBilled()).isEmpty();
        FoundPod stopped = find(fixture.care()).get(0);
        assertThat(stopped.activity()).isEqualTo(FoundPod.Activity.STOPPED);
        assertThat(stopped.dailyUsd()).isZero();

        assertThat(end(fixture.care(), found.id(), true, false).result()).isEqualTo(Result.TERMINATED);
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void podsOfOthersAreNeverTouched() throws InterruptedException {
        create("notebook", Map.of());
        create("pod-train-by-hand", Map.of());
        create("renamed", Map.of("POD_TRAIN_RUN", "out-123456", Pod.INTENT_VARIABLE, "i1"));

        List<FoundPod> found = find(fixture.care());

        assertThat(found).extracting(FoundPod::name).containsExactlyInAnyOrder("pod-train-by-hand", "renamed");
        assertThat(found).noneMatch(FoundPod::ours);
        for (Pod pod : fixture.allPods()) {
            assertThat(end(fixture.care(), pod.id().value(), true, true).result())
                    .isEqualTo(Result.SKIPPED);
        }
        assertThat(fixture.allPods()).hasSize(3).noneMatch(pod -> pod.status().isEnded());
    }

    @SideBySide
    void podWhoseOwnDiskMayHoldDataIsDeletedOnlyWithAll() throws InterruptedException {
        create("pod-train-out-123456-a1", Map.of("POD_TRAIN_RUN", "out-123456", Pod.INTENT_VARIABLE, "i1"));
        String pod = fixture.allPods().get(0).id().value();

        Swept first = end(fixture.care(), pod, true, false);

        assertThat(first.result()).isEqualTo(Result.SKIPPED);
        assertThat(first.detail()).contains("own disk");
        assertThat(end(fixture.care(), pod, true, true).result()).isEqualTo(Result.TERMINATED);
        assertThat(end(fixture.care(), pod, true, true).detail()).isEqualTo("it is gone");
    }

    private List<FoundPod> find(Care care) throws InterruptedException {
        return care.pods(account(), watcher);
    }

    private Swept end(Care care, String pod, boolean terminate, boolean all) throws InterruptedException {
        return care.end(new SweepRequest(account(), List.of(pod), terminate, all), watcher)
                .get(0);
    }

    private Account account() {
        return new Account(fixture.project(), true);
    }

    private void create(String name, Map<String, String> env) throws InterruptedException {
        fixture.pods()
                .create(new PodSpec(
                        name,
                        "runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404",
                        20,
                        "NVIDIA RTX A5000",
                        1,
                        null,
                        CloudType.SECURE,
                        List.of(),
                        VolumeMount.network("local", "/workspace"),
                        List.of("22/tcp"),
                        env,
                        ""));
    }
}
