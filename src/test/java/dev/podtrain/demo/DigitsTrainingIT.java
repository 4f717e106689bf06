package dev.podtrain.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.demo.DemoProject.Result;
import dev.podtrain.demo.DemoProject.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 900, threadMode = ThreadMode.SEPARATE_THREAD)
class DigitsTrainingIT {
    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    private final Path folder;
    private final Path otherFolder;

    DigitsTrainingIT(@TempDir Path folder, @TempDir Path otherFolder) {
        this.folder = folder;
        this.otherFolder = otherFolder;
    }

    @Test
    void recognisesNineOfTenHeldOutDigitsAfterLessThanAMinuteOfOneCore() throws Exception {
        DemoProject project = new DemoProject(folder);

        Result result = run(project);

        assertThat(result.exitCode()).as(result.text()).isZero();
        assertThat(lastAccuracy(result)).isGreaterThan(0.9);
    }

    @Test
    void writesAWholeCheckpointEverySaveStepsAndTheModelAtTheEnd() throws Exception {
        DemoProject project = new DemoProject(folder).shortened().with("max_steps: 50");

        Result result = run(project);

        assertThat(result.exitCode()).as(result.text()).isZero();
        assertThat(project.outputs()).containsExactly("checkpoint-20", "checkpoint-40", "checkpoint-50", "model.json");
        assertThat(project.output("checkpoint-20")).isDirectoryContaining("glob:**/model.json");
        assertThat(project.output("checkpoint-20")).isDirectoryContaining("glob:**/optimizer.json");
        assertThat(project.output("checkpoint-20/trainer_state.json"))
                .content()
                .contains("\"global_step\": 20", "\"max_steps\": 50");
    }

    @Test
    void showsStepLossAndAccuracy() throws Exception {
        DemoProject project = new DemoProject(folder).shortened().with("max_steps: 10");

        Result result = run(project);

        assertThat(result.text())
                .containsPattern("(?m)^step 10/10 {2}epoch 0\\.22 {2}loss \\d\\.\\d+ {2}accuracy 0\\.\\d+$");
    }

    @Test
    void killedAndResumedEndsWithTheWeightsOfAnUninterruptedRun() throws Exception {
        DemoProject interrupted = new DemoProject(folder).shortened();
        DemoProject uninterrupted = new DemoProject(otherFolder).shortened();

        Result first = killAfter("step 50/", interrupted);
        Result second = killAfter("step 90/", interrupted, "--resume_from_checkpoint", "outputs/digits/checkpoint-40");
        Result last = run(interrupted, "--resume_from_checkpoint", "outputs/digits/checkpoint-80");
        Result whole = run(uninterrupted);

        assertThat(first.exitCode()).isEqualTo(KILLED);
        assertThat(second.exitCode()).isEqualTo(KILLED);
        assertThat(last.exitCode()).as(last.text()).isZero();
        assertThat(last.text()).contains("resumed from outputs/digits/checkpoint-80 at step 80");
        assertThat(whole.exitCode()).as(whole.text()).isZero();
        assertThat(interrupted.finalModel()).isEqualTo(uninterrupted.finalModel());
    }

    @Test
    void eventFilesAreWrittenWhereTensorboardIsInstalledAndChangeNoWeight() throws Exception {
        RealTensorboard tensorboard = RealTensorboard.orSkip();
        DemoProject without = new DemoProject(folder).shortened();
        DemoProject with = new DemoProject(otherFolder).shortened();
        run(without);

        Result result;
        try (Trainer trainer = with.startWith(tensorboard.python())) {
            result = trainer.result();
        }

        assertThat(result.text()).contains("event files for TensorBoard go to outputs/digits/runs");
        assertThat(with.output("runs")).isDirectoryContaining("glob:**/events.out.tfevents.*");
        assertThat(with.finalModel()).isEqualTo(without.finalModel());
    }

    @Test
    void anotherSeedGivesOtherWeights() throws Exception {
        DemoProject one = new DemoProject(folder).shortened().with("max_steps: 5");
        DemoProject other =
                new DemoProject(otherFolder).shortened().with("max_steps: 5").with("seed: 18");

        run(one);
        run(other);

        assertThat(one.finalModel()).isNotEqualTo(other.finalModel());
    }

    @Test
    void savesACheckpointWhenAskedToStop() throws Exception {
        DemoProject project = new DemoProject(folder).shortened();

        Result result;
        try (Trainer trainer = project.startHeldAt("step 30/")) {
            result = trainer.awaitLine("step 30/").terminated().result();
        }

        assertThat(result.exitCode()).as(result.text()).isEqualTo(TERMINATED);
        Matcher stopped = Pattern.compile("stopped at step (\\d+) as asked").matcher(result.text());
        assertThat(stopped.find()).as(result.text()).isTrue();
        assertThat(project.output("checkpoint-" + stopped.group(1)).resolve("optimizer.json"))
                .exists();
        assertThat(project.outputs()).doesNotContain("model.json");
    }

    @Test
    void refusesACheckpointOfADifferentRun() throws Exception {
        DemoProject project = new DemoProject(folder).shortened().with("max_steps: 20");
        run(project);

        Result result = run(project.with("seed: 18"), "--resume_from_checkpoint", "outputs/digits/checkpoint-20");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.text())
                .contains("cannot resume from outputs/digits/checkpoint-20: it was made with seed 17, not 18");
    }

    @Test
    void namesFileAndLineOfAMistakeInTheConfiguration() throws Exception {
        DemoProject project = new DemoProject(folder).shortened().with("learning_rat: 0.1");

        Result result = run(project);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.text()).contains("configs/digits.yaml:7: unknown key 'learning_rat'");
    }

    private static double lastAccuracy(Result result) {
        Matcher accuracy = Pattern.compile("held-out accuracy (0\\.\\d+)").matcher(result.text());
        assertThat(accuracy.find()).as(result.text()).isTrue();
        return Double.parseDouble(accuracy.group(1));
    }

    private static Result run(DemoProject project, String... moreArguments) throws IOException, InterruptedException {
        try (Trainer trainer = project.start(moreArguments)) {
            return trainer.result();
        }
    }

    private static Result killAfter(String line, DemoProject project, String... moreArguments)
            throws IOException, InterruptedException {
        try (Trainer trainer = project.startHeldAt(line, moreArguments)) {
            return trainer.awaitLine(line).killed().result();
        }
    }
}
