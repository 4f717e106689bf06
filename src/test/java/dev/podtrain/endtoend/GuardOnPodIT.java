package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.local.Fault;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodStatus;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.Plan;
import java.math.BigDecimal;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** How a launched pod ends by itself once the client has gone: each time a real pod, and what is known of it after. */
@Timeout(300)
class GuardOnPodIT {
    /** Of MAX_RUNTIME and of the dollars in MAX_COST: enough for a training to begin on a busy machine. */
    private static final String SECONDS = "25";

    private final LaunchFixture fixture = new LaunchFixture();
    private final Watcher watcher = new Watcher();

    @AfterEach
    void end() {
        fixture.close();
    }

    @SideBySide
    void podEndsAfterItsTrainingHasFinished() throws InterruptedException {
        launchAndLeave();

        awaitEndOfPod();

        assertThat(refreshed().ended())
                .extracting(ended -> ended.reason(), ended -> ended.exitCode())
                .containsExactly(EndReason.FINISHED, 0);
        assertThat(fixture.launch(watcher)).isInstanceOf(Outcome.AlreadyFinished.class);
    }

    @SideBySide
    void podEndsAfterItsTrainingHasFailed() throws InterruptedException {
        fixture.config(2, "0.01", 3);
        launchAndLeave();

        awaitEndOfPod();

        assertThat(nextPlan().action()).isEqualTo(Plan.Action.START);
        assertThat(ended()).isEqualTo("failed 3");
    }

    @SideBySide
    void podEndsAfterItsTmuxSessionWasKilled() throws Exception {
        trainForLong();

        fixture.onPod("tmux", "kill-session", "-t", "train");

        awaitEndOfPod();
        nextPlan();
        assertThat(ended()).isEqualTo("killed 143");
        assertThat(fixture.remoteLog()).contains("saved on SIGTERM");
    }

    @SideBySide
    void podEndsAfterItsTrainerWasKilled() throws Exception {
        trainForLong();

        fixture.onPod("sh", "-c", "kill -9 -$(cut -d' ' -f1 " + fixture.remoteRun() + "/trainer.pgid)");

        awaitEndOfPod();
        nextPlan();
        assertThat(ended()).isEqualTo("failed 137");
        assertThat(fixture.remoteLog()).endsWith("EXIT_CODE=137\n");
    }

    @SideBySide
    void podEndsAfterTrainShWasKilledAndTheTrainerMaySaveBefore() throws Exception {
        trainForLong();

        fixture.onPod("sh", "-c", "kill -9 $(cut -d' ' -f1 " + fixture.remoteRun() + "/train.pid)");

        awaitEndOfPod();
        nextPlan();
        assertThat(ended()).isEqualTo("killed null");
        assertThat(fixture.remoteLog()).contains("saved on SIGTERM");
    }

    @SideBySide
    void trainerSavesAndPodEndsAtTheRuntimeLimit() throws InterruptedException {
        fixture.set("MAX_RUNTIME", SECONDS + "s");
        trainForLong();

        awaitEndOfPod();

        nextPlan();
        assertThat(ended()).isEqualTo("deadline 143");
        assertThat(fixture.remoteLog()).contains("saved on SIGTERM");
    }

    @SideBySide
    void costLimitIsKeptAtThePodsOwnPriceAndNotAtThePlans() throws InterruptedException {
        fixture.set("MAX_COST", SECONDS);
        fixture.local()
                .cloud()
                .inject(Fault.next(Fault.Kind.PRICE).on("create-pod").price(new BigDecimal(3600)));
        trainForLong();

        awaitEndOfPod();

        nextPlan();
        assertThat(ended()).isEqualTo("budget 143");
        assertThat(fixture.remoteLog()).contains("saved on SIGTERM");
    }

    @SideBySide
    void idlePodEnds() throws InterruptedException {
        fixture.config(1, "1000", 0);
        // Longer than the launch takes to see that the training has begun.
        fixture.set("IDLE_TIMEOUT", "8s");
        launchAndLeave();

        awaitEndOfPod();

        nextPlan();
        assertThat(ended()).isEqualTo("idle 143");
    }

    @SideBySide
    void podIsDeletedIfThatWasAskedAndItsTrainingIsNotRepeated() throws InterruptedException {
        fixture.set("ON_EXIT", "terminate");
        launchAndLeave();
        String intent = fixture.state().attempts().get(0).intent();
        LaunchFixture.await("the end of the pod", PodProcesses.of(intent)::none);

        assertThat(fixture.allPods()).isEmpty();
        assertThat(fixture.launch(watcher)).isInstanceOf(Outcome.AlreadyFinished.class);
        assertThat(fixture.remoteLog()).containsOnlyOnce("first line of the trainer");
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void keptPodStaysAfterItsTrainingUntilTheRuntimeLimit() throws InterruptedException {
        fixture.set("ON_EXIT", "keep");
        fixture.set("MAX_RUNTIME", SECONDS + "s");
        launchAndLeave();
        LaunchFixture.await("the training's end", () -> events().contains("\"kept\""));
        assertThat(fixture.allPods()).extracting(Pod::status).containsExactly(PodStatus.RUNNING);

        awaitEndOfPod();

        nextPlan();
        assertThat(ended()).isEqualTo("finished 0");
        assertThat(events()).contains("\"deadline\"");
    }

    @SideBySide
    void containerThatIsRestartedAfterItsTrainingDoesNothingAndIsStopped() throws InterruptedException {
        fixture.heldConfig(6, "0.05", 1);
        launchAndLeave();
        // Its guard cannot end the pod, however late this test sees that the training is over.
        fixture.local().cloud().inject(Fault.always(Fault.Kind.REST_DOWN));
        fixture.local().cloud().inject(Fault.always(Fault.Kind.GRAPHQL_GONE));
        fixture.local().cloud().inject(Fault.always(Fault.Kind.RUNPODCTL_BROKEN));
        fixture.letGoOn();
        LaunchFixture.await("the training's end", () -> fixture.remoteState().contains("\"ended\""));

        processes().killContainer();

        LaunchFixture.await("the restart", () -> events().split("\"armed\"", -1).length == 3);
        fixture.local().cloud().clearFaults();
        awaitEndOfPod();
        assertThat(fixture.remoteLog()).containsOnlyOnce("first line of the trainer");
        nextPlan();
        assertThat(ended()).isEqualTo("finished 0");
    }

    @SideBySide
    void containerThatIsRestartedInMidTrainingIsStoppedAndTheNextLaunchResumes() throws InterruptedException {
        trainForLong();
        LaunchFixture.await("a whole checkpoint", () -> fixture.remoteLog().contains("step 3\n"));

        processes().killContainer();

        LaunchFixture.await("the restart", () -> events().split("\"armed\"", -1).length == 3);
        awaitEndOfPod();
        fixture.config(4, "0.01", 0);
        fixture.launch(watcher);
        assertThat(fixture.state().attempts().get(0).ended())
                .extracting(ended -> ended.reason())
                .isEqualTo(EndReason.KILLED);
        assertThat(watcher.log()).contains("resumed at step");
    }

    private void trainForLong() throws InterruptedException {
        fixture.config(100_000, "0.1", 0);
        launchAndLeave();
        LaunchFixture.await("the trainer", () -> fixture.remoteLog().contains("first line of the trainer"));
    }

    private void launchAndLeave() throws InterruptedException {
        fixture.operations().launch(fixture.detached(), new Watcher());
    }

    /** The pod shows as stopped, and not one process of it is left. */
    private void awaitEndOfPod() throws InterruptedException {
        LaunchFixture.await("the end of the pod", processes()::none);
        LaunchFixture.await("the pod to show as ended", fixture::everyPodIsShownAsEnded);
        assertThat(fixture.allPods()).extracting(Pod::status).containsExactly(PodStatus.EXITED);
    }

    private PodProcesses processes() {
        return PodProcesses.of(fixture.state().attempts().get(0).intent());
    }

    /** What the same command would do now; brings the ledger up to date and rents nothing. */
    private Plan nextPlan() throws InterruptedException {
        return ((Outcome.Planned) fixture.operations().launch(fixture.dryRun(), watcher)).plan();
    }

    private Attempt refreshed() throws InterruptedException {
        return fixture.operations()
                .refreshedStatus(fixture.run(), watcher)
                .state()
                .current()
                .orElseThrow();
    }

    private String ended() {
        var ended =
                Objects.requireNonNull(fixture.state().current().orElseThrow().ended());
        return ended.reason().word() + " " + ended.exitCode();
    }

    private String events() {
        return LaunchFixture.text(fixture.remoteRunFolder().resolve("events.ndjson"));
    }
}
