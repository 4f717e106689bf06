package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.podtrain.ledger.EndReason;
import dev.podtrain.pod.CloudType;
import dev.podtrain.pod.CreateOutcome;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodId;
import dev.podtrain.pod.PodSpec;
import dev.podtrain.pod.VolumeMount;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.Plan;
import dev.podtrain.run.Receipt;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The pod that the setting POD_ID names, and what is written there. */
@Timeout(300)
class PodIdIT {
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
    void rentedPodIsWrittenIntoTheSettingsFileAndNothingElseIs() throws InterruptedException {
        Receipt receipt = launch("");

        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(LaunchFixture.text(fixture.project().resolve(".runpod.env")))
                .isEqualTo("# mine\nRUNPOD_API_KEY=rpa_any\nPOD_ID=" + receipt.podId() + "\nNETWORK_VOLUME_ID=local");
    }

    @SideBySide
    void namedPodIsStartedForARunThatHadNone() throws InterruptedException {
        PodId mine = stoppedPod(VolumeMount.network("local", "/workspace"));

        Receipt receipt = launch(mine.value());

        assertThat(watcher.plan().action()).isEqualTo(Plan.Action.START);
        assertThat(receipt.podId()).isEqualTo(mine.value());
        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
    }

    @SideBySide
    void namedPodThatIsNotOnTheNetworkVolumeIsLeftAlone() throws InterruptedException {
        PodId mine = stoppedPod(VolumeMount.persistent(10, "/workspace"));
        Pod before = fixture.pods().find(mine).orElseThrow();

        Receipt receipt = launch(mine.value());

        assertThat(receipt.podId()).isNotEqualTo(mine.value());
        assertThat(fixture.pods().find(mine)).contains(before);
        assertThat(watcher.messages())
                .anyMatch(said -> said.startsWith("warning: pod " + mine + " is not on network volume local"));
    }

    @SideBySide
    void namedPodThatIsGoneIsReplaced() throws InterruptedException {
        Receipt receipt = launch("5xq1abc7eg46tq");

        assertThat(watcher.plan().action()).isEqualTo(Plan.Action.RENT);
        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(watcher.messages()).contains("pod 5xq1abc7eg46tq is gone: a new one will be rented");
    }

    private Receipt launch(String podId) throws InterruptedException {
        Outcome outcome = fixture.operations().launch(fixture.onAccount(podId), watcher);
        return assertThat(outcome)
                .asInstanceOf(type(Outcome.Ended.class))
                .actual()
                .receipt();
    }

    /** A pod that somebody made by hand, and stopped. */
    private PodId stoppedPod(VolumeMount volume) throws InterruptedException {
        CreateOutcome created = fixture.pods()
                .create(new PodSpec(
                        "mine",
                        "runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404",
                        20,
                        "NVIDIA RTX A5000",
                        1,
                        null,
                        CloudType.SECURE,
                        List.of("EU-RO-1"),
                        volume,
                        List.of("22/tcp"),
                        Map.of("MINE", "1"),
                        ""));
        PodId id = ((CreateOutcome.Created) created).pod().id();
        fixture.pods().stop(id);
        LaunchFixture.await("the pod to stop", fixture::everyPodIsShownAsEnded);
        return id;
    }
}
