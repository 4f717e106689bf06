package dev.podtrain.script;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the guard ends the pod, and when it does not. */
class GuardConditionsIT {
    private static final String SAVES_WHEN_ASKED =
            "trap 'echo saved; exit 143' TERM; echo ready; while :; do sleep 0.05; done\n";

    private static final AtomicInteger USERS = new AtomicInteger(61234);

    private final int user = USERS.getAndIncrement();
    private GuardedPod guarded;
    private PodFixture pod;

    @BeforeEach
    void bootPod(@TempDir Path root) throws IOException {
        guarded = new GuardedPod(root);
        pod = guarded.pod;
    }

    @AfterEach
    void endPod() {
        guarded.close();
    }

    private void train(String trainer) {
        pod.trainer(trainer).start();
        pod.awaitLog("ready");
        // The trainer may be quicker than the script that writes down who it is.
        Eventually.holds(() -> "the trainer's number", () -> pod.livesIn("trainer.pgid"));
    }

    @Test
    void podIsStoppedAfterTheRunEnded() {
        guarded.state(PodFixture.INTENT, "ended", "failed").boot().awaitCalls(1);

        assertThat(guarded.platform.calls)
                .containsExactly(new PlatformStub.Call(
                        "/v2/pods/pod-a/action",
                        "{\"action\":\"stop\"}",
                        "Bearer " + GuardedPod.KEY,
                        "pod-train-guard"));
    }

    @Test
    void endOfTheRunIsActedOnAtTheSecondCheckSoThatAClientGetsTheLastLines() {
        var before = Instant.now();

        guarded.with("GUARD_INTERVAL", "2")
                .state(PodFixture.INTENT, "ended", "finished")
                .boot()
                .awaitCalls(1);

        assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofSeconds(2));
    }

    @Test
    void realTrainingIsFollowedToItsEnd() {
        guarded.boot();

        pod.trainer("exit 3").start();

        guarded.awaitCalls(1);
        assertThat(pod.state().path("reason").asText()).isEqualTo("failed");
        assertThat(guarded.platform.bodies()).isEqualTo(GuardedPod.STOPPED);
    }

    @Test
    void outcomeIsInTheContainersLogBeforeThePodEnds() {
        guarded.state(PodFixture.INTENT, "ended", "failed").boot().awaitCalls(1);

        assertThat(guarded.log())
                .contains("pod-train guard: outcome run=" + PodFixture.RUN + " intent=" + PodFixture.INTENT
                        + " reason=failed exit_code=");
    }

    @Test
    void podIsTerminatedIfThatWasAsked() {
        guarded.with("ON_EXIT", "terminate")
                .state(PodFixture.INTENT, "ended", "finished")
                .boot()
                .awaitCalls(1);

        assertThat(guarded.platform.bodies()).containsExactly("{\"action\":\"terminate\"}");
    }

    @Test
    void keptPodStaysAfterTheRunButNotPastItsRuntimeLimit() {
        guarded.with("ON_EXIT", "keep")
                .with("MAX_RUNTIME", "2")
                .state(PodFixture.INTENT, "ended", "finished")
                .boot()
                .awaitCalls(1);

        assertThat(guarded.events()).startsWith("armed", "kept", "deadline", "ending-pod");
        assertThat(guarded.platform.bodies()).isEqualTo(GuardedPod.STOPPED);
    }

    @Test
    void endOfAnEarlierIntentDoesNotEndThisPod() {
        guarded.state("0000000000000000", "ended", "finished").boot().awaitLooks();

        assertThat(guarded.platform.calls).isEmpty();
    }

    @Test
    void podWithoutATrainingEndsAfterTheBootGrace() {
        guarded.with("BOOT_GRACE", "1").boot().awaitCalls(1);

        assertThat(guarded.log()).contains("no training began within 1 s");
    }

    @Test
    void bootGraceNoLongerCountsOnceATrainingBegan() throws IOException {
        train(SAVES_WHEN_ASKED);
        guarded.with("BOOT_GRACE", "1").boot().awaitLooks();

        // Also not when the volume does not answer for a while.
        Files.delete(pod.runDir.resolve("state.json"));
        Eventually.letPass(Duration.ofMillis(1500));
        guarded.awaitLooks();

        assertThat(guarded.platform.calls).isEmpty();
    }

    @Test
    void podThatLostTheRunToAnotherOneEnds() {
        train(SAVES_WHEN_ASKED);
        guarded.boot().awaitLooks();

        guarded.state("0000000000000000", "training", "");

        guarded.awaitCalls(1);
        assertThat(guarded.log()).contains("the run ended: superseded");
    }

    @Test
    void killedSessionEndsThePod() {
        train(SAVES_WHEN_ASKED);
        guarded.boot().awaitEvent("armed");

        pod.execute("tmux", "kill-session", "-t", "=train");

        guarded.awaitCalls(1);
        assertThat(pod.state().path("reason").asText()).isEqualTo("killed");
        assertThat(pod.log()).contains("saved\npod-train: ended: killed\nEXIT_CODE=143");
    }

    @Test
    void trainingThatVanishedIsClearedUpAndWrittenDown() {
        train(SAVES_WHEN_ASKED);
        guarded.boot().awaitEvent("armed");

        kill("-9", "train.pid");

        guarded.awaitCalls(1);
        assertThat(pod.state().path("phase").asText()).isEqualTo("ended");
        assertThat(pod.state().path("reason").asText()).isEqualTo("killed");
        assertThat(pod.state().path("exit_code").isNull()).isTrue();
        assertThat(pod.state().path("ended_at").asText()).endsWith("Z");
        assertThat(pod.state().path("config").asText()).isEqualTo("configs/digits.yaml");
        assertThat(pod.log()).contains("saved");
        assertThat(pod.livesIn("trainer.pgid")).isFalse();
    }

    @Test
    void trainerThatOutlivesItsScriptAndDoesNotEndIsKilled() {
        guarded.with("SAVE_GRACE", "1");
        train("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        guarded.boot().awaitEvent("armed");

        kill("-9", "train.pid");

        guarded.awaitCalls(1);
        // A process that was killed needs a moment to be gone.
        Eventually.holds(() -> "the trainer's end", () -> !pod.livesIn("trainer.pgid"));
    }

    @Test
    void killedTrainerEndsThePod() {
        train(SAVES_WHEN_ASKED);
        guarded.boot().awaitEvent("armed");

        kill("-9", "trainer.pgid");

        guarded.awaitCalls(1);
        assertThat(pod.state().path("reason").asText()).isEqualTo("failed");
        assertThat(pod.state().path("exit_code").asInt()).isEqualTo(137);
    }

    @Test
    void containerThatWasRestartedUnderATrainingWritesItsEnd() {
        PodFixture.write(pod.runDir.resolve("train.pid"), "17 4711\n");
        PodFixture.write(pod.runDir.resolve("trainer.pgid"), "1 4711\n");

        guarded.state(PodFixture.INTENT, "training", "").boot().awaitCalls(1);

        assertThat(pod.state().path("reason").asText()).isEqualTo("killed");
        assertThat(pod.state().path("config").asText()).isEqualTo("a \"phase\":\"ended\" b");
    }

    @Test
    void exitCodeThatWasWrittenIsKeptWhenTheScriptDiedRightAfterIt() {
        PodFixture.write(pod.runDir.resolve("train.pid"), "17 4711\n");
        PodFixture.write(pod.runDir.resolve("exit_code"), "0\n");

        guarded.state(PodFixture.INTENT, "training", "").boot().awaitCalls(1);

        assertThat(pod.state().path("reason").asText()).isEqualTo("finished");
        assertThat(pod.state().path("exit_code").asInt(-1)).isZero();
    }

    @Test
    void deadlineLetsTheTrainerSaveFirst() {
        train(SAVES_WHEN_ASKED);

        guarded.with("MAX_RUNTIME", "1").boot().awaitCalls(1);

        assertThat(pod.state().path("reason").asText()).isEqualTo("deadline");
        assertThat(pod.log()).endsWith("saved\npod-train: ended: deadline\nEXIT_CODE=143\n");
    }

    @Test
    void deadlineDoesNotWaitForEverForATrainerThatDoesNotEnd() {
        guarded.with("SAVE_GRACE", "1");
        train("trap '' TERM; echo ready; while :; do sleep 0.05; done");

        guarded.with("MAX_RUNTIME", "1").boot().awaitCalls(1);

        assertThat(pod.state().path("reason").asText()).isEqualTo("deadline");
        assertThat(pod.state().path("exit_code").asInt()).isEqualTo(137);
    }

    @Test
    void limitLetsTheTrainerSaveAlsoWhenTheStateCannotBeReadAtThatMoment() throws IOException {
        train(SAVES_WHEN_ASKED);
        guarded.with("MAX_COST", "1").boot().awaitLooks();

        Files.delete(pod.runDir.resolve("state.json"));
        guarded.awaitLooks();
        // Unlike a deadline it is reached when the test says so.
        PodFixture.write(pod.runDir.resolve("hourly_price"), "8000\n");

        guarded.awaitCalls(1);
        assertThat(pod.log()).endsWith("saved\npod-train: ended: budget\nEXIT_CODE=143\n");
        assertThat(pod.state().path("reason").asText()).isEqualTo("budget");
    }

    @Test
    void clockThatIsSetBackDoesNotTakeTheLimitsAway() {
        clock("[ -e \"$0.looked\" ] && exec echo 1000000; : > \"$0.looked\"");

        guarded.with("MAX_RUNTIME", "2").boot().awaitCalls(1);

        assertThat(guarded.events()).contains("deadline");
    }

    @Test
    void clockThatJumpsAheadEndsNothing() {
        clock("[ -e \"$0.looked\" ] && exec echo 9000000000; : > \"$0.looked\"");

        guarded.with("MAX_RUNTIME", "3600")
                .with("MAX_COST", "100")
                .with("BOOT_GRACE", "3600")
                .boot()
                .awaitLooks();

        assertThat(guarded.platform.calls).isEmpty();
    }

    /** What the time of day is. */
    private void clock(String script) {
        String date = pod.execute("sh", "-c", "command -v date").out().strip();
        pod.stub("date", "if [ \"$1\" = +%s ]; then " + script + "; fi; exec " + date + " \"$@\"");
    }

    @Test
    void restartedContainerDoesNotBeginItsRuntimeAnew() {
        long longAgo = Instant.now().getEpochSecond() - 100;
        Path firstBoot = pod.runDir.resolve("first_boot." + PodFixture.INTENT);
        PodFixture.write(firstBoot, longAgo + "\n");

        guarded.with("MAX_RUNTIME", "90").boot().awaitCalls(1);

        assertThat(firstBoot).hasContent(Long.toString(longAgo));
    }

    @Test
    void firstBootIsWrittenForTheNextStartOfTheContainer() {
        long before = Instant.now().getEpochSecond();

        guarded.boot().awaitEvent("armed");

        assertThat(Long.parseLong(pod.read("first_boot." + PodFixture.INTENT).strip()))
                .isBetween(before, Instant.now().getEpochSecond());
    }

    @Test
    void costLimitEndsTheTraining() {
        train(SAVES_WHEN_ASKED);

        // 3.60 USD an hour are 0.001 a second.
        guarded.with("PRICE_PER_HOUR", "3.6").with("MAX_COST", "0.001").boot().awaitCalls(1);

        assertThat(pod.state().path("reason").asText()).isEqualTo("budget");
        assertThat(pod.log()).contains("saved");
    }

    @Test
    void costIsCountedWithThePriceTheClientFound() {
        guarded.with("PRICE_PER_HOUR", "0.01").with("MAX_COST", "1").boot().awaitLooks();
        assertThat(guarded.platform.calls).isEmpty();

        PodFixture.write(pod.runDir.resolve("hourly_price"), "08000.5\n");

        guarded.awaitCalls(1);
        assertThat(guarded.events()).contains("budget");
    }

    @Test
    void priceOfAnEarlierPodDoesNotCount() throws IOException {
        Path price = PodFixture.write(pod.runDir.resolve("hourly_price"), "8000\n");
        Files.setLastModifiedTime(price, FileTime.from(Instant.now().minusSeconds(60)));

        guarded.with("MAX_COST", "1").boot().awaitEvent("armed");
        Eventually.letPass(Duration.ofMillis(1500));
        guarded.awaitLooks();

        assertThat(guarded.platform.calls).isEmpty();
    }

    @Test
    void idlePodEnds() {
        guarded.with("IDLE_TIMEOUT", "2");

        bootAlone("").awaitCalls(1);

        assertThat(guarded.events()).startsWith("armed", "kept", "idle", "ending-pod");
    }

    @Test
    void growingLogIsNotIdle() {
        guarded.with("IDLE_TIMEOUT", "2");

        bootAlone("while :; do echo step >> " + pod.runDir + "/train.log; sleep 0.3; done &");

        staysUp();
    }

    @Test
    void busyProcessorIsNotIdle() {
        guarded.with("IDLE_TIMEOUT", "2");

        bootAlone("while :; do :; done &");

        staysUp();
    }

    @Test
    void whatIsBusyInTheSessionOfTensorboardDoesNotKeepAnIdlePodUp() {
        guarded.with("IDLE_TIMEOUT", "2");

        bootAlone("tmux new-session -d -s tb 'sh -c \"while :; do :; done\" & while :; do :; done';")
                .awaitCalls(1);

        assertThat(guarded.events()).contains("idle");
    }

    @Test
    void whatIsBusyInAnotherSessionIsNotIdle() {
        guarded.with("IDLE_TIMEOUT", "2");

        bootAlone("tmux new-session -d -s tb2 'while :; do :; done';");

        staysUp();
    }

    @Test
    void busyGpuIsNotIdle() {
        guarded.with("IDLE_TIMEOUT", "2");
        pod.stub("nvidia-smi", "echo 0; echo 7");

        bootAlone("");

        staysUp();
    }

    @Test
    void idleGpuDoesNotKeepAnIdlePodUp() {
        guarded.with("IDLE_TIMEOUT", "2");
        pod.stub("nvidia-smi", "echo 0; echo '[N/A]'; echo 4");

        bootAlone("").awaitCalls(1);

        assertThat(guarded.events()).contains("idle");
    }

    @Test
    void nearlyFullDiskIsReportedOnceAndEndsNothing() {
        guarded.diskUse(97);

        guarded.boot().awaitEvent("disk-nearly-full").awaitLooks();

        assertThat(guarded.events()).containsExactly("armed", "disk-nearly-full");
        assertThat(guarded.platform.calls).isEmpty();
    }

    @Test
    void nonsenseInTheEnvironmentDoesNotEndTheGuard() {
        guarded.with("MAX_RUNTIME", "1h")
                .with("MAX_COST", "1.2.3")
                .with("IDLE_TIMEOUT", "-5")
                .with("BOOT_GRACE", "0009")
                .with("PRICE_PER_HOUR", "free")
                .with("ON_EXIT", "\"")
                .state(PodFixture.INTENT, "ended", "finished")
                .boot()
                .awaitCalls(1);

        assertThat(guarded.platform.bodies()).isEqualTo(GuardedPod.STOPPED);
    }

    @Test
    void unwritableVolumeDoesNotEndTheGuard() {
        guarded.with("WORKSPACE", "/dev/null/nowhere")
                .with("BOOT_GRACE", "1")
                .boot()
                .awaitCalls(1);

        assertThat(guarded.platform.bodies()).isEqualTo(GuardedPod.STOPPED);
    }

    @Test
    void volumeThatHangsDoesNotHoldTheGuardAndIsNotAskedAgainAndAgain() throws IOException {
        assumeRoot();
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "there is no /dev/fuse");
        Path volume = PodFixture.directory(pod.workspace.resolve("hanging"));
        Path script = pod.workspace.resolve("hanging_volume.py");
        try (InputStream content = getClass().getResourceAsStream("hanging_volume.py")) {
            Files.write(script, requireNonNull(content).readAllBytes());
        }

        pod.withoutStub("df");

        guarded.with("WORKSPACE", volume.toString())
                .with("ANSWER_WAIT", "1")
                .with("BOOT_GRACE", "15")
                .boot("unshare", "-m", PodFixture.PYTHON, script.toString(), volume.toString(), "sh")
                .awaitCalls(1);

        assertThat(guarded.platform.bodies()).isEqualTo(GuardedPod.STOPPED);
        assertThat(processesThatLookAt(volume)).hasSizeBetween(2, 10);
    }

    /** Held by the kernel, so that they survived a SIGKILL. */
    private List<String> processesThatLookAt(Path volume) throws IOException {
        return PodFixture.finish(new ProcessBuilder("ps", "axww", "-o", "stat=,args=").start())
                .out()
                .lines()
                .filter(line -> line.startsWith("D") && line.contains(volume.toString()))
                .toList();
    }

    /** Where it breaks down depends on how many processes it may still start; it must not hang at any of these places. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void guardThatCanStartFewProcessesNeitherHangsNorTakesTheTrainingForGone(int few) throws IOException {
        assumeRoot();
        Path sleeps = pod.workspace.resolve("sleeps");
        pod.stub("sleep", "echo >> " + sleeps + "; exec /bin/sleep \"$@\"");
        bootAsOrdinaryUser();

        Process crowd = crowdThatLeaves(few);
        int before = turns(sleeps);
        Eventually.holds(guarded::log, () -> turns(sleeps) > before + 3);
        assertThat(guarded.platform.calls).isEmpty();
        crowd.descendants().forEach(ProcessHandle::destroyForcibly);
        guarded.state(PodFixture.INTENT, "ended", "finished").awaitCalls(1);

        assertThat(guarded.platform.bodies()).isEqualTo(GuardedPod.STOPPED);
        assertThat(guarded.log()).contains("the run ended: finished").doesNotContain("training-vanished");
    }

    /** How often the guard has paused or begun anew. */
    private int turns(Path sleeps) {
        try {
            int pauses = Files.exists(sleeps) ? Files.readAllLines(sleeps).size() : 0;
            return pauses + guarded.log().split("begins anew", -1).length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void guardThatBeginsAnewKnowsWhenThePodBootedAlsoIfItCannotReadThatThen() throws IOException {
        assumeRoot();
        Path firstBoot = PodFixture.write(
                pod.runDir.resolve("first_boot." + PodFixture.INTENT),
                Instant.now().getEpochSecond() - 1_000_000 + "\n");
        guarded.with("MAX_COST", "100").with("PRICE_PER_HOUR", "0.0001");
        bootAsOrdinaryUser();

        PodFixture.write(firstBoot, "");
        Process crowd = crowdThatLeaves(0);
        Eventually.holds(guarded::log, () -> guarded.log().contains("begins anew"));
        crowd.descendants().forEach(ProcessHandle::destroyForcibly);
        guarded.awaitLooks();
        PodFixture.write(pod.runDir.resolve("hourly_price"), "1\n");

        guarded.awaitCalls(1);
        assertThat(guarded.log()).contains("ending-pod: budget");
    }

    private static final int MOST_PROCESSES = 20;

    /** With a training under way; root may start any number of processes. */
    private void bootAsOrdinaryUser() throws IOException {
        Process training = pod.begin(asOrdinaryUser("exec /bin/sleep 600"));
        PodFixture.write(pod.runDir.resolve("train.pid"), PodFixture.identity(training.pid()) + "\n");
        guarded.state(PodFixture.INTENT, "training", "");
        // The server of another user does not answer.
        pod.stub("tmux", "echo");
        pod.execute(
                "chmod",
                "-R",
                "a+rwX",
                requireNonNull(pod.workspace.getParent()).toString());
        guarded.boot(asOrdinaryUser("ulimit -u " + MOST_PROCESSES + "; exec sh \"$0\""))
                .awaitLooks();
    }

    /** Processes of the guard's user, so many that the guard may start only a few. */
    private Process crowdThatLeaves(int few) throws IOException {
        // The guard is one process, the training another, and the shell of the crowd a third.
        int sleepers = MOST_PROCESSES - few - 3;
        Process crowd = pod.begin(asOrdinaryUser("for i in {1.." + sleepers + "}; do /bin/sleep 600 & done; wait"));
        Eventually.holds(() -> "the crowd", () -> crowd.descendants().count() == sleepers);
        return crowd;
    }

    /** One that no other test is. */
    private String[] asOrdinaryUser(String script) {
        return new String[] {"setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "bash", "-c", script};
    }

    private void assumeRoot() {
        assumeTrue(pod.execute("id", "-u").out().strip().equals("0"), "only root can bring this about");
    }

    @Test
    void containersCommandArmsTheGuardBesideTheImagesOwnStart(@TempDir Path image) throws IOException {
        PodFixture.write(image.resolve("start.sh"), "#!/bin/sh\necho image started; sleep 30\n")
                .toFile()
                .setExecutable(true);
        String command = PodScripts.guardCommand()
                .replace("/start.sh", image.resolve("start.sh").toString())
                .replace("/tmp/pod-train-guard.sh", image.resolve("guard.sh").toString());
        pod.environment("POD_TRAIN_GUARD", PodScripts.guardBase64());

        pod.begin("sh", "-c", "exec " + command + " > " + image.resolve("log"));

        guarded.awaitEvent("armed");
        assertThat(Files.readString(image.resolve("log"))).contains("pod-train guard: armed");
        // The two do not wait for each other.
        Eventually.holds(() -> "the image's own start", () -> contains(image.resolve("log"), "image started"));
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void podThatIsStillReceivingItsCodeIsNotIdle() {
        guarded.with("IDLE_TIMEOUT", "2");

        bootInTreeOfItsOwn("");

        staysUp();
    }

    /** A pod that is kept after its training. */
    private GuardedPod bootAlone(String before) {
        guarded.with("ON_EXIT", "keep").state(PodFixture.INTENT, "ended", "finished");
        return bootInTreeOfItsOwn(before);
    }

    /** As in a container: only there is the processor ever idle. */
    private GuardedPod bootInTreeOfItsOwn(String before) {
        assumeTrue(
                pod.execute("bwrap", "--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "true")
                                .exitCode()
                        == 0,
                "bubblewrap cannot make a process tree here; scripts/setup installs it");
        String inside = before + " exec sh \"$0\"";
        return guarded.boot(
                "bwrap",
                "--dev-bind",
                "/",
                "/",
                "--unshare-pid",
                "--proc",
                "/proc",
                "--die-with-parent",
                "sh",
                "-c",
                inside);
    }

    /** A limit of 2 s needs two samples with nothing in them, so a busy machine that stalls for one is no failure. */
    private void staysUp() {
        guarded.awaitLooks();
        Eventually.letPass(Duration.ofMillis(3200));
        guarded.awaitLooks();
        assertThat(guarded.platform.calls).isEmpty();
    }

    private void kill(String signal, String file) {
        pod.execute("kill", signal, Long.toString(pod.pidIn(file).orElseThrow()));
    }

    @Test
    void podWithoutATrainingEndsWhenItsClientIsGone() {
        guarded.with("CLIENT_TIMEOUT", "2").with("ON_EXIT", "terminate").boot().awaitCalls(1);

        assertThat(guarded.platform.bodies()).isEqualTo(List.of("{\"action\":\"terminate\"}"));
        assertThat(guarded.log()).contains("no sign of the client for 2 s");
    }

    @Test
    void podWithoutATrainingStaysAsLongAsItsClientWritesAndNeedsNoTraining() {
        // A client that writes between any two looks, however long they take.
        guarded.duringEachLook("date +%s.%N > " + pod.runDir + "/keepalive");

        guarded.with("CLIENT_TIMEOUT", "2").with("BOOT_GRACE", "1").boot().awaitLooks();
        Eventually.letPass(Duration.ofSeconds(4));
        guarded.awaitLooks();

        assertThat(guarded.platform.calls).isEmpty();
    }
}
