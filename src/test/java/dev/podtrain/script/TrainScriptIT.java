package dev.podtrain.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.podtrain.script.PodFixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How one training is run: its log, its outcome, its end. Real bash, tmux and Python. */
class TrainScriptIT {
    private static final String SAVES_WHEN_ASKED =
            "trap 'echo saved; exit 143' TERM; echo ready; while :; do sleep 0.05; done\n";

    private Path root;
    private PodFixture pod;

    @BeforeEach
    void bootPod(@TempDir Path directory) {
        root = directory;
        pod = PodFixture.in(root);
    }

    @AfterEach
    void endPod() {
        pod.close();
    }

    @Test
    void successEndsAsFinished() {
        pod.trainer("echo step 1");

        Result start = pod.start();

        assertThat(start).isEqualTo(new Result(0, "", ""));
        pod.awaitEnd();
        assertThat(pod.state().path("reason").asText()).isEqualTo("finished");
        assertThat(pod.read("exit_code")).isEqualTo("0\n");
        assertThat(pod.log()).endsWith("step 1\nEXIT_CODE=0\n");
    }

    @Test
    void failureEndsWithTheTrainersOwnCode() {
        pod.trainer("echo broken >&2; exit 7").start();

        pod.awaitEnd();

        assertThat(pod.state().path("reason").asText()).isEqualTo("failed");
        assertThat(pod.state().path("exit_code").asInt()).isEqualTo(7);
        assertThat(pod.log()).endsWith("broken\nEXIT_CODE=7\n");
    }

    @Test
    void stateHasExactlyTheMembersOfTheProtocol() {
        pod.trainer("exit 0").setting("TREE_HASH", "5e1f").start();

        pod.awaitEnd();

        assertThat(pod.state().fieldNames())
                .toIterable()
                .containsExactly(
                        "run",
                        "attempt",
                        "intent",
                        "pod_id",
                        "phase",
                        "reason",
                        "exit_code",
                        "resumed_from",
                        "started_at",
                        "ended_at",
                        "tree",
                        "config");
        assertThat(pod.state().path("tree").asText()).isEqualTo("5e1f");
        assertThat(pod.state().path("pod_id").asText()).isEqualTo("pod-a");
    }

    @Test
    void logBeginsWithWhatIsRun() {
        pod.trainer("exit 0")
                .setting("COMMIT", "ab12")
                .setting("TREE_HASH", "5e1f")
                .start();

        pod.awaitEnd();

        assertThat(pod.logLines().get(0)).matches("pod-train: \\S+Z run digits-3f9a1c attempt 1 on pod pod-a");
        assertThat(pod.logLines().subList(1, 4))
                .containsExactly(
                        "pod-train: config configs/digits.yaml",
                        "pod-train: commit ab12 tree 5e1f",
                        "pod-train: starting from the beginning: there is no whole checkpoint in out");
    }

    @Test
    void exitCodeHasItsOwnLineWhenTheTrainerLeavesItsLastLineOpen() {
        pod.trainer("printf 'loss 0.1'").start();

        pod.awaitEnd();

        assertThat(pod.logLines()).endsWith("loss 0.1", "EXIT_CODE=0");
    }

    @Test
    void killedTrainerEndsAsFailed() throws IOException {
        pod.trainer("kill -9 $$").start();

        pod.awaitEnd();

        assertThat(pod.state().path("reason").asText()).isEqualTo("failed");
        assertThat(pod.logLines()).endsWith("EXIT_CODE=137");
    }

    @Test
    void endIsWrittenAlsoWhenTheTrainerHasFilledTheVolume() throws IOException {
        assumeTrue(pod.execute("id", "-u").out().strip().equals("0"), "only root can mount a small volume");
        // The trainer is quicker than whoever writes down what it is.
        String cat = pod.execute("sh", "-c", "command -v cat").out().strip();
        pod.stub("cat", "case $(readlink /proc/$$/fd/1) in *trainer.pgid*) sleep 0.5 ;; esac; exec " + cat + " \"$@\"");
        pod.trainer("head -c 9000000 /dev/zero > big; head -c 9000000 /dev/zero > small; exit 7")
                .upload();

        Result result = pod.execute(
                "unshare",
                "-m",
                "sh",
                "-c",
                "cp -a \"$0\" \"$0.copy\" && mount -t tmpfs -o size=2m tmpfs \"$0\" && cp -a \"$0.copy\"/. \"$0\""
                        + " && bash \"$1/bin/train.sh\" run > \"$0.out\"; cat \"$1/state.json\"",
                pod.workspace.toString(),
                pod.runDir.toString());

        assertThat(PodFixture.json(result.out()).path("reason").asText())
                .as(result.toString())
                .isEqualTo("failed");
        assertThat(PodFixture.json(result.out()).path("exit_code").asInt()).isEqualTo(7);
    }

    @Test
    void unknownCommandEndsAsFailed() {
        pod.setting("TRAIN_COMMAND", "./no-such-trainer").start();

        pod.awaitEnd();

        assertThat(pod.state().path("reason").asText()).isEqualTo("failed");
        assertThat(pod.logLines()).endsWith("EXIT_CODE=127");
    }

    @Test
    void commandThatCannotBeSplitEndsAsFailedAndSaysWhy() {
        pod.setting("TRAIN_COMMAND", "bash 'trainer.sh").start();

        pod.awaitEnd();

        assertThat(pod.state().path("reason").asText()).isEqualTo("failed");
        assertThat(pod.log()).contains("TRAIN_COMMAND or RESUME_ARG: No closing quotation");
    }

    @Test
    void stopLetsTheTrainerSave() {
        pod.trainer(SAVES_WHEN_ASKED).start();
        pod.awaitLog("ready");

        Result stop = pod.train("stop");

        assertThat(stop).isEqualTo(new Result(0, "", ""));
        pod.awaitEnd();
        assertThat(pod.state().path("reason").asText()).isEqualTo("stopped");
        assertThat(pod.log()).endsWith("saved\npod-train: ended: stopped\nEXIT_CODE=143\n");
    }

    @Test
    void stopKillsATrainerThatDoesNotEnd() {
        pod.trainer("trap '' TERM; echo ready; while :; do sleep 0.05; done")
                .setting("SAVE_GRACE", "1")
                .start();
        pod.awaitLog("ready");

        Result stop = pod.train("stop");

        assertThat(stop.exitCode()).isZero();
        assertThat(pod.state().path("reason").asText()).isEqualTo("stopped");
        assertThat(pod.log()).endsWith("EXIT_CODE=137\n");
    }

    @Test
    void stopsFromManySidesAtOnceAllSeeTheEnd() throws IOException {
        pod.trainer(SAVES_WHEN_ASKED).start();
        pod.awaitLog("ready");
        List<Process> stops = new ArrayList<>();

        for (int i = 0; i < 8; i++) {
            stops.add(pod.begin("bash", pod.runDir.resolve("bin/train.sh").toString(), "stop"));
        }

        assertThat(stops).extracting(PodFixture::finish).containsOnly(new Result(0, "", ""));
        assertThat(pod.state().path("reason").asText()).isEqualTo("stopped");
    }

    @Test
    void stopWithoutATrainingDoesNothing() {
        pod.trainer("exit 0").start();
        pod.awaitEnd();

        Result stop = pod.train("stop");

        assertThat(stop).isEqualTo(new Result(0, "", ""));
        assertThat(pod.state().path("reason").asText()).isEqualTo("finished");
    }

    @Test
    void endOfTheSessionLetsTheTrainerSaveAndIsNotAFailureOfItsOwn() {
        pod.trainer(SAVES_WHEN_ASKED).start();
        pod.awaitLog("ready");

        pod.execute("tmux", "kill-session", "-t", "=train");

        pod.awaitEnd();
        assertThat(pod.state().path("reason").asText()).isEqualTo("killed");
        assertThat(pod.log()).endsWith("saved\npod-train: ended: killed\nEXIT_CODE=143\n");
    }

    @Test
    void whatTheTrainerLeavesRunningCannotWriteAfterTheEnd() {
        pod.trainer("(trap '' TERM; while :; do sleep 1; done) & exit 0").start();

        pod.awaitEnd();

        assertThat(pod.logLines())
                .endsWith("pod-train: processes that the training left behind were ended", "EXIT_CODE=0");
    }

    @Test
    void secretsReachTheTrainerOnly() {
        pod.secrets(Map.of("HF_TOKEN", "canary-41'$x"))
                .trainer("[ \"$HF_TOKEN\" = \"canary-41'\\$x\" ] && echo same; sleep 1")
                .start();
        pod.awaitLog("same");

        String processes = pod.execute("ps", "axww", "-o", "args").out();

        pod.awaitEnd();
        assertThat(processes + pod.log() + pod.read("state.json") + pod.read("events.ndjson"))
                .doesNotContain("canary-41");
    }

    @Test
    void brokenSecretsAreNotShown() {
        pod.trainer("exit 0");
        PodFixture.write(root.resolve("shm/secrets.env"), "HF_TOKEN='canary-42\n");

        pod.start();

        pod.awaitEnd();
        assertThat(pod.log())
                .contains("the file with the secrets cannot be read")
                .doesNotContain("canary-42");
    }

    @Test
    void trainerSeesTheEnvironmentOfTheContainer() {
        PodFixture.write(
                root.resolve("environ"), "HF_HOME=/cache\0ODD=a 'b' $c\nd\0PUBLIC_KEY=ssh\0no-name=1\0UID=9\0");
        pod.trainer("printf '%s|%s|%s\\n' \"$HF_HOME\" \"$ODD\" \"${PUBLIC_KEY-none}\"")
                .start();

        pod.awaitEnd();

        assertThat(pod.log()).contains("/cache|a 'b' $c\nd|none\n");
    }

    @Test
    void settingsDoNotReachTheTrainersEnvironment() {
        PodFixture.write(root.resolve("environ"), "CONFIG=mine\0");
        pod.trainer("echo \"$CONFIG ${OUTPUT_DIR-none}\"").start();

        pod.awaitEnd();

        assertThat(pod.log()).contains("mine none\n");
    }

    @Test
    void valuesArriveAsOneWordEach() throws IOException {
        String nasty = "a  b'c\"d$HOME`id`\n*?{resume}\\ äé漢 ";
        Path project = PodFixture.directory(pod.workspace.resolve("my 'pro$ject'"));
        pod.setting("PROJECT_PATH", project.toString())
                .setting("CONFIG", nasty)
                .setting("OUTPUT_DIR", "out $x 'y'")
                .setting("TRAIN_COMMAND", "bash trainer.sh 'two words' --config={config} {output_dir} {resume}")
                .trainer("printf '%s\\0' \"$@\" > words");
        PodFixture.write(project.resolve("out $x 'y'/checkpoint-3/model.json"), "{}");

        pod.start();

        pod.awaitEnd();
        assertThat(Files.readString(project.resolve("words")).split("\0"))
                .containsExactly("two words", "--config=" + nasty, "out $x 'y'", "--resume", "out $x 'y'/checkpoint-3");
        assertThat(pod.state().path("config").asText()).isEqualTo(nasty);
    }

    @Test
    void resumesFromTheNewestWholeCheckpointAndNamesTheTornOnes() {
        pod.checkpoint("checkpoint-400", true)
                .checkpoint("checkpoint-999", true)
                .checkpoint("checkpoint-1000", false)
                .trainer("echo \"args $*\"");

        pod.start();

        pod.awaitEnd();
        assertThat(pod.logLines())
                .contains(
                        "pod-train: skipped checkpoint-1000: trainer_state.json is not readable JSON",
                        "pod-train: resuming from checkpoint-999",
                        "args configs/digits.yaml --resume out/checkpoint-999");
        assertThat(pod.state().path("resumed_from").asText()).isEqualTo("checkpoint-999");
    }

    @Test
    void forceRestartMovesTheOldCheckpointsOutOfTheWay() {
        pod.checkpoint("checkpoint-400", true).trainer("echo \"args $*\"");

        pod.startWith(Map.of("FORCE_RESTART", "1"));

        pod.awaitEnd();
        assertThat(pod.logLines())
                .contains("pod-train: FORCE RESTART: checkpoints ignored", "args configs/digits.yaml");
        assertThat(pod.project.resolve("out/checkpoint-400")).doesNotExist();
        assertThat(pod.project.resolve("out.before-" + PodFixture.INTENT + "/checkpoint-400/trainer_state.json"))
                .exists();
    }

    @Test
    void resumeAfterAForcedRestartDoesNotComeBackToOlderCheckpoints() {
        pod.checkpoint("checkpoint-400", true)
                .trainer("mkdir -p out/checkpoint-20; echo '{}' > out/checkpoint-20/a.json");
        pod.startWith(Map.of("FORCE_RESTART", "1"));
        pod.awaitEnd();

        pod.startWith(Map.of("FORCE_RESTART", "0", "INTENT", "second"));

        pod.awaitLog("resuming from checkpoint-20\n").awaitEnd();
    }

    @Test
    void runThatFinishedWithThisCodeIsNotTrainedAgain() {
        pod.setting("TREE_HASH", "abc").trainer("echo one").start();
        pod.awaitEnd();

        assertThat(pod.startWith(Map.of("INTENT", "second"))).isEqualTo(new Result(4, "", ""));

        assertThat(pod.state().path("intent").asText()).isEqualTo(PodFixture.INTENT);
        assertThat(pod.startWith(Map.of("INTENT", "third", "TREE_HASH", "other"))
                        .exitCode())
                .isZero();
        pod.awaitEnd();
        assertThat(pod.startWith(Map.of("INTENT", "fourth", "FORCE_RESTART", "1"))
                        .exitCode())
                .isZero();
        pod.awaitEnd();
    }

    @Test
    void attemptsFollowEachOtherInOneLog() {
        pod.trainer("echo one").start();
        pod.awaitEnd();

        Result second = pod.startWith(Map.of("INTENT", "second", "ATTEMPT", "2"));

        assertThat(second.exitCode()).isZero();
        pod.awaitEnd();
        assertThat(pod.logLines())
                .filteredOn(line -> line.startsWith("EXIT_CODE"))
                .hasSize(2);
        assertThat(pod.state().path("attempt").asInt()).isEqualTo(2);
    }

    @Test
    void currentLogPointsToTheRunThatStartedLast() throws IOException {
        pod.trainer("exit 0").start();

        pod.awaitEnd();

        assertThat(Files.readSymbolicLink(pod.workspace.resolve("logs/current.log")))
                .isEqualTo(pod.runDir.resolve("train.log").toRealPath());
    }

    /** Pods have process ids of their own, so two on one volume may have the same. */
    @Test
    void podThatStartsAtTheSameTimeWithTheSameProcessIdIsNotInTheWay() {
        pod.stub("mv", "rm -f \"" + pod.workspace + "/logs/.current.log.$PPID\"; PATH=${PATH#*:} exec mv \"$@\"");

        pod.trainer("exit 0").start();

        assertThat(pod.awaitEnd().state().path("reason").asText()).isEqualTo("finished");
    }

    @Test
    void whoeverAttachesToTheSessionSeesTheTraining() {
        pod.trainer(SAVES_WHEN_ASKED).start();
        pod.awaitLog("ready");

        Eventually.holds(() -> "the log in the pane", () -> pod.execute("tmux", "capture-pane", "-p", "-t", "=train:")
                .out()
                .contains("ready"));
    }

    @Test
    void statusIsOneDocumentBeforeDuringAndAfter() throws IOException {
        pod.checkpoint("checkpoint-5", true).trainer(SAVES_WHEN_ASKED).upload();

        assertThat(PodFixture.json(pod.train("status").out()))
                .isEqualTo(PodFixture.json("{\"state\":null,\"session\":false,\"log_bytes\":0,"
                        + "\"newest_checkpoint\":\"checkpoint-5\",\"exit_code\":null}"));
        pod.start();
        pod.awaitLog("ready");
        assertThat(PodFixture.json(pod.train("status").out()).path("session").asBoolean())
                .isTrue();
        pod.train("stop");
        var after = PodFixture.json(pod.train("status").out());
        assertThat(after.path("exit_code").asInt()).isEqualTo(143);
        assertThat(after.path("state")).isEqualTo(pod.state());
        assertThat(after.path("log_bytes").asLong()).isEqualTo(Files.size(pod.runDir.resolve("train.log")));
    }

    @Test
    void projectThatIsNotThereIsRefusedBeforeAnythingStarts() {
        Result start = pod.setting("PROJECT_PATH", "/nowhere").start();

        assertThat(start).isEqualTo(new Result(1, "", "train.sh: there is no project at /nowhere\n"));
        assertThat(pod.runDir.resolve("lock")).doesNotExist();
    }
}
