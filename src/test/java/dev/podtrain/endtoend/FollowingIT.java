package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.local.Fault;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodStatus;
import dev.podtrain.run.LaunchRequest;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.Phase;
import dev.podtrain.run.Receipt;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What a launch that is watched makes of a pod that is not as it should be. */
@Timeout(300)
class FollowingIT {
    private final LaunchFixture fixture = new LaunchFixture();
    private final Watcher watcher = new Watcher();

    @AfterEach
    void end() {
        fixture.close();
    }

    @SideBySide
    void podWhoseLogShowsNoHostKeysIsRefusedAndEnded() throws InterruptedException {
        fixture.local().cloud().inject(Fault.next(Fault.Kind.NO_FINGERPRINTS));
        fixture.set("READY_TIMEOUT", "15s");

        assertThatThrownBy(() -> fixture.launch(watcher))
                .asInstanceOf(throwable(ProblemException.class))
                .extracting(ProblemException::problem)
                .satisfies(problem -> {
                    assertThat(problem.what()).isEqualTo("could not verify the pod's identity");
                    assertThat(problem.next()).contains("--accept-new-host-key");
                    assertThat(problem.left()).contains("terminated");
                });
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void podWhoseLogShowsNoHostKeysIsUsedIfTheUserSaysSo() throws InterruptedException {
        fixture.local().cloud().inject(Fault.next(Fault.Kind.NO_FINGERPRINTS));
        LaunchRequest accepting = new LaunchRequest(
                fixture.project(),
                Path.of("config.yaml"),
                fixture.request().flags(),
                false,
                true,
                false,
                false,
                true,
                false);

        Receipt receipt = receipt(fixture.operations().launch(accepting, watcher));

        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
    }

    @SideBySide
    void connectionThatIsCutAgainAndAgainLosesNoByteOfTheLogAndRepeatsNone() throws InterruptedException {
        fixture.heldConfig(60, "0.1", 55);
        try (Background launch = new Background(fixture.operations(), fixture.request())) {
            launch.watcher().awaitTrainer();
            PodProcesses processes =
                    PodProcesses.of(fixture.state().attempts().get(0).intent());
            for (int step = 10; step <= 50; step += 10) {
                String line = "step " + step + "\n";
                LaunchFixture.await(line, () -> launch.watcher().log().contains(line));
                LaunchFixture.await("a connection to cut", processes::cutSsh);
            }
            // Or the pod might end before the client is back.
            LaunchFixture.await("the connection after the last cut", processes::hasSsh);
            fixture.letGoOn();

            Receipt receipt = receipt(launch.outcome());

            assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
            assertThat(launch.watcher().log()).isEqualTo(fixture.remoteLog()).endsWith("step 60\nEXIT_CODE=0\n");
        }
    }

    @SideBySide
    void lostPodIsReplacedAndTheSameLogFollowedOn() throws Exception {
        fixture.set("RECOVER", "1");
        fixture.heldConfig(60, "0.05", 11);
        try (Background launch = new Background(fixture.operations(), fixture.request())) {
            LaunchFixture.await(
                    "a whole checkpoint", () -> launch.watcher().log().contains("step 11\n"));
            fixture.local().cloud().inject(Fault.next(Fault.Kind.POD_KILLED));
            fixture.letGoOn();

            Receipt receipt = receipt(launch.outcome());

            assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
            assertThat(receipt.attempt()).isEqualTo(2);
            assertThat(launch.watcher().phases()).contains(Phase.RECOVER);
            assertThat(launch.watcher().log())
                    .isEqualTo(fixture.remoteLog())
                    .contains("attempt 2", "resuming from checkpoint-10\n")
                    .endsWith("EXIT_CODE=0\n");
        }
        assertThat(fixture.state().attempts())
                .extracting(attempt -> Objects.requireNonNull(attempt.ended()).reason())
                .containsExactly(EndReason.LOST, EndReason.FINISHED);
        assertThat(fixture.allPods()).allMatch(pod -> pod.status().isEnded());
    }

    @SideBySide
    void podThatEndsWithTheBalanceIsNotReplaced() throws InterruptedException {
        fixture.set("RECOVER", "1");
        try (Background launch = longTraining()) {
            fixture.local().cloud().inject(Fault.always(Fault.Kind.BALANCE_ZERO));

            Receipt receipt = receipt(launch.outcome());

            assertThat(receipt.reason()).isEqualTo(EndReason.NO_BALANCE);
            assertThat(launch.watcher().phases()).doesNotContain(Phase.RECOVER);
        }
        assertThat(fixture.allPods()).extracting(Pod::status).containsExactly(PodStatus.EXITED);
    }

    @SideBySide
    void podThatSomebodyElseStopsHasNotFinishedItsTraining() throws InterruptedException {
        try (Background launch = longTraining()) {
            fixture.pods().stop(fixture.allPods().get(0).id());

            Receipt receipt = receipt(launch.outcome());

            assertThat(receipt.reason()).isEqualTo(EndReason.STOPPED_ELSEWHERE);
            assertThat(receipt.exitCode()).isNull();
            assertThat(receipt.pod()).isEqualTo("stopped");
        }
    }

    @SideBySide
    void podThatSomebodyElseTerminatesHasNotFinishedItsTraining() throws InterruptedException {
        try (Background launch = longTraining()) {
            fixture.pods().terminate(fixture.allPods().get(0).id());

            Receipt receipt = receipt(launch.outcome());

            assertThat(receipt.reason()).isEqualTo(EndReason.LOST);
            assertThat(receipt.pod()).isEqualTo("terminated");
        }
    }

    @SideBySide
    void containerThatIsRestartedWhileItIsFollowedEndsAsKilled() throws InterruptedException {
        try (Background launch = longTraining()) {
            PodProcesses.of(fixture.state().attempts().get(0).intent()).killContainer();

            Receipt receipt = receipt(launch.outcome());

            assertThat(receipt.reason()).isEqualTo(EndReason.KILLED);
            assertThat(receipt.pod()).isEqualTo("stopped");
            assertThat(launch.watcher().log()).isEqualTo(fixture.remoteLog());
        }
    }

    @SideBySide
    void limitThatEndsTheTrainingIsTheOutcome() throws InterruptedException {
        fixture.set("MAX_RUNTIME", "25s");
        try (Background launch = longTraining()) {
            Receipt receipt = receipt(launch.outcome());

            assertThat(receipt.reason()).isEqualTo(EndReason.DEADLINE);
            assertThat(launch.watcher().log()).contains("saved on SIGTERM").endsWith("EXIT_CODE=143\n");
        }
    }

    @SideBySide
    void keptPodIsLeftRunningAndTheReceiptSaysSo() throws InterruptedException {
        fixture.set("ON_EXIT", "keep");

        Receipt receipt = receipt(fixture.launch(watcher));

        assertThat(receipt.pod()).isEqualTo("kept");
        assertThat(fixture.allPods()).extracting(Pod::status).containsExactly(PodStatus.RUNNING);
    }

    @SideBySide
    void podThatCostsMoreThanPlannedIsAccountedAtItsOwnPriceAndTheUserIsTold() throws InterruptedException {
        fixture.local()
                .cloud()
                .inject(Fault.next(Fault.Kind.PRICE).on("create-pod").price(new BigDecimal("36.00")));

        Receipt receipt = receipt(fixture.launch(watcher));

        BigDecimal seconds = BigDecimal.valueOf(receipt.billed().toMillis(), 3);
        assertThat(receipt.costUsd())
                .isCloseTo(seconds.movePointLeft(2), org.assertj.core.api.Assertions.within(new BigDecimal("0.0001")));
        assertThat(watcher.messages()).anyMatch(message -> message.matches("warning: .*36.*0\\.27.*"));
    }

    private Background longTraining() throws InterruptedException {
        fixture.config(100_000, "0.1", 0);
        Background launch = new Background(fixture.operations(), fixture.request());
        launch.watcher().awaitTrainer();
        return launch;
    }

    private static Receipt receipt(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Ended.class);
        return ((Outcome.Ended) outcome).receipt();
    }
}
