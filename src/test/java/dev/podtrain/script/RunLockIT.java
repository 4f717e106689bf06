package dev.podtrain.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.script.PodFixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One training per run, whoever asks and from however many pods on one volume. */
class RunLockIT {
    private static final String TRAINS_ON =
            "echo \"began $RUNPOD_POD_ID\"; trap 'exit 143' TERM; while :; do sleep 0.05; done\n";

    private final List<PodFixture> pods = new ArrayList<>();
    private Path root;
    private PodFixture first;

    @AfterEach
    void endPods() {
        pods.forEach(PodFixture::close);
    }

    @BeforeEach
    void bootFirstPod(@TempDir Path directory) {
        root = directory;
        first = pod("a");
        first.trainer(TRAINS_ON);
    }

    private PodFixture pod(String name) {
        var pod = new PodFixture(
                PodFixture.directory(root.resolve(name)), PodFixture.directory(root.resolve("ws")), "pod-" + name);
        pod.setting("INTENT", "intent-" + name);
        pods.add(pod);
        return pod;
    }

    @Test
    void startIsSafeToRunTwice() {
        Result one = first.start();
        first.awaitLog("began");

        Result two = first.start();

        assertThat(List.of(one, two)).containsOnly(new Result(0, "", ""));
        assertThat(first.logLines())
                .filteredOn(line -> line.startsWith("began"))
                .hasSize(1);
    }

    @Test
    void twoStartsOfOneIntentAtOnceStartOneTraining() throws IOException {
        Process one = first.beginStart(Map.of());
        Process two = first.begin("bash", first.runDir.resolve("bin/train.sh").toString(), "start");

        assertThat(PodFixture.finish(one)).isEqualTo(new Result(0, "", ""));
        assertThat(PodFixture.finish(two)).isEqualTo(new Result(0, "", ""));

        first.awaitLog("began");
        assertThat(first.logLines())
                .filteredOn(line -> line.startsWith("began"))
                .hasSize(1);
    }

    @Test
    void startOfAnIntentThatHasEndedDoesNotTrainAgain() {
        first.trainer("echo began").start();
        first.awaitEnd();

        assertThat(first.start()).isEqualTo(new Result(0, "", ""));

        // Of the first training a process or two may be going just now; a second one would go as well, but not unseen.
        Eventually.holds(() -> "nothing to run", () -> first.processes().isEmpty());
        assertThat(first.logLines())
                .filteredOn(line -> line.startsWith("began"))
                .hasSize(1);
    }

    @Test
    void secondTrainingIsRefusedAndToldWhoHoldsTheRun() {
        first.start();

        Result second = pod("b").start();

        assertThat(second).isEqualTo(new Result(3, "intent-a pod-a\n", ""));
        assertThat(first.state().path("intent").asText()).isEqualTo("intent-a");
    }

    @Test
    void runIsFreeAgainAfterTheEnd() {
        first.trainer("exit 0").start();
        first.awaitEnd();

        assertThat(first.runDir.resolve("lock")).doesNotExist();
        assertThat(pod("b").start().exitCode()).isZero();
    }

    @Test
    void lockOfAPodThatIsGoneIsTakenOverByExactlyOne() throws IOException {
        PodFixture.write(first.runDir.resolve("lock/owner"), "intent-old pod-old\n");
        var takers = new ArrayList<Process>();
        for (String name : List.of("b", "c", "d", "e")) {
            PodFixture taker = pod(name).setting("TAKEOVER_POD", "pod-old");
            // Each has its own copy of settings, as if the client's upload and start could not be told apart.
            Path own = PodFixture.directory(root.resolve(name)).resolve("settings.env");
            taker.upload();
            Files.copy(taker.runDir.resolve("settings.env"), own);
        }
        for (PodFixture taker : pods.subList(1, pods.size())) {
            takers.add(startWithOwnSettings(taker));
        }

        List<Integer> codes = takers.stream()
                .map(process -> PodFixture.finish(process).exitCode())
                .toList();

        assertThat(codes).containsExactlyInAnyOrder(0, 3, 3, 3);
    }

    /** The script reads its settings beside its own place: gives one taker a view of the run with its own in it. */
    private Process startWithOwnSettings(PodFixture taker) throws IOException {
        String name = root.relativize(taker.bin.getParent()).toString();
        Path script = taker.runDir.resolve("bin").resolve("train-" + name + ".sh");
        String text = new String(PodScripts.trainScript(), UTF_8)
                .replace(
                        "$run_dir/settings.env",
                        root.resolve(name).resolve("settings.env").toString());
        Files.writeString(script, text);
        return taker.begin("bash", script.toString(), "start");
    }

    @Test
    void lockWithoutAHeartbeatForLongIsTakenOver() throws IOException {
        Path owner = PodFixture.write(first.runDir.resolve("lock/owner"), "intent-old pod-old\n");
        Path heartbeat = PodFixture.write(first.runDir.resolve("heartbeat"), "");
        var longAgo = FileTime.from(Instant.now().minusSeconds(200));
        Files.setLastModifiedTime(owner, longAgo);
        Files.setLastModifiedTime(heartbeat, longAgo);

        assertThat(first.start().exitCode()).isZero();
    }

    @Test
    void lockWithAFreshHeartbeatIsNotTakenOver() throws IOException {
        Path owner = PodFixture.write(first.runDir.resolve("lock/owner"), "intent-old pod-old\n");
        PodFixture.write(first.runDir.resolve("heartbeat"), "");
        Files.setLastModifiedTime(owner, FileTime.from(Instant.now().minusSeconds(200)));

        assertThat(first.start()).isEqualTo(new Result(3, "intent-old pod-old\n", ""));
    }

    @Test
    void trainingThatLostItsLockEndsAndLeavesTheFilesToTheNewOwner() {
        first.start();
        first.awaitLog("began pod-a");

        PodFixture second = pod("b").setting("TAKEOVER_POD", "pod-a");
        assertThat(second.start().exitCode()).isZero();
        second.awaitLog("began pod-b");

        Eventually.holds(
                () -> "the first training to end", () -> first.processes().isEmpty());
        assertThat(second.state().path("intent").asText()).isEqualTo("intent-b");
        assertThat(second.state().path("phase").asText()).isEqualTo("training");
        assertThat(second.log()).doesNotContain("EXIT_CODE");
    }

    @Test
    void startWaitsForTheSessionOfAnEarlierTrainingToEnd() throws IOException {
        // As tmux still has it for a moment after the training's last word.
        first.begin("tmux", "new-session", "-d", "-s", "train", "sleep 2");
        Eventually.holds(
                () -> "the session",
                () -> first.execute("tmux", "has-session", "-t", "=train").exitCode() == 0);

        assertThat(first.start()).isEqualTo(new Result(0, "", ""));

        first.awaitLog("began pod-a");
    }

    @Test
    void startOutlastsAnEarlierSessionThatEndsJustAfterASessionWasRefusedBecauseOfIt() {
        first.stub("tmux", """
                case $1 in
                    new-session)
                        echo refused >> "$0.tries"
                        [ "$(wc -l < "$0.tries")" -gt 40 ] || exit 1
                        ;;
                    has-session) [ "$(wc -l < "$0.tries")" -lt 40 ]; exit ;;
                esac
                exec %s "$@"
                """.formatted(
                        first.execute("sh", "-c", "command -v tmux").out().strip()));

        assertThat(first.start()).isEqualTo(new Result(0, "", ""));

        first.awaitLog("began pod-a");
    }

    /** On another pod, which hears of the new owner only with its next heartbeat. */
    @Test
    void trainingThatEndsBeforeItHearsOfTheNewOwnerLeavesTheFilesAlone() {
        first.setting("HEARTBEAT_INTERVAL", "600")
                .trainer("echo \"began $RUNPOD_POD_ID\"; until [ -e \"$RUNPOD_POD_ID.go\" ]; do sleep 0.05; done")
                .start();
        first.awaitLog("began pod-a");
        PodFixture second = pod("b").setting("TAKEOVER_POD", "pod-a");
        assertThat(second.start().exitCode()).isZero();
        second.awaitLog("began pod-b");
        Eventually.holds(() -> "the trainer's number", () -> second.livesIn("trainer.pgid"));

        PodFixture.write(first.project.resolve("pod-a.go"), "");

        Eventually.holds(
                () -> "the first training to end", () -> first.processes().isEmpty());
        assertThat(second.livesIn("trainer.pgid")).isTrue();
        assertThat(second.state().path("intent").asText()).isEqualTo("intent-b");
        assertThat(second.state().path("phase").asText()).isEqualTo("training");
        assertThat(second.log()).doesNotContain("EXIT_CODE");
    }

    @Test
    void stopDoesNotTakeAnotherProcessForTheTraining() throws IOException {
        Process bystander = first.begin("sleep", "60");
        first.upload();
        PodFixture.write(first.runDir.resolve("train.pid"), bystander.pid() + " 17\n");
        PodFixture.write(first.runDir.resolve("trainer.pgid"), bystander.pid() + " 17\n");

        assertThat(first.train("stop")).isEqualTo(new Result(0, "", ""));

        assertThat(bystander.isAlive()).isTrue();
        assertThat(first.runDir.resolve("ending")).doesNotExist();
    }
}
