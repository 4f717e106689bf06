package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.SystemTime;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills the command, or the pod, at every moment there is, and writes down what becomes of it. */
@Tag("full")
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashMatrixIT {
    private static final int STEPS = 16;
    private static final Pattern BEGINNING =
            Pattern.compile("pod-train: (?:resuming from (checkpoint-\\d+)|starting from the beginning)");

    /** The transitions of the ledger. */
    enum Transition {
        DEFINED,
        INTENDED,
        GUARDED,
        RENTED,
        READY,
        CODE_SYNCED,
        STARTED,
        ENDED,
        POD_ENDED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        String run() {
            return "after-" + word().replace('_', '-');
        }
    }

    /** The steps of {@code train.sh}, by what they leave on the volume. */
    enum Step {
        LOCK_TAKEN("pod-lock", "the lock is taken"),
        STARTING("pod-starting", "its first state is written"),
        CHECKPOINT_CHOSEN("pod-chosen", "the log's header is written"),
        TRAINING("pod-training", "the trainer speaks"),
        CHECKPOINT_WRITTEN("pod-whole", "a checkpoint is whole"),
        CHECKPOINT_HALF_WRITTEN("pod-torn", "a checkpoint is half written"),
        EXIT_CODE_LOGGED("pod-logged", "`EXIT_CODE=` is logged"),
        EXIT_CODE_WRITTEN("pod-coded", "`exit_code` is written"),
        STATE_ENDED("pod-ended", "the end is in `state.json`");

        private final String run;
        private final String words;

        Step(String run, String words) {
            this.run = run;
            this.words = words;
        }

        /** Its output directory, short enough to be the beginning of the run's name. */
        String run() {
            return run;
        }

        /**
         * Whether it has come.
         *
         * @param directory the run's on the volume
         * @param output the run's output directory there
         */
        boolean isSeen(Path directory, Path output) {
            return switch (this) {
                case LOCK_TAKEN -> Files.exists(directory.resolve("lock/owner"));
                case STARTING -> Files.exists(directory.resolve("state.json"));
                case CHECKPOINT_CHOSEN -> log(directory).contains("pod-train: config");
                case TRAINING -> log(directory).contains("step 1\n");
                case CHECKPOINT_WRITTEN -> log(directory).contains("step 5\n");
                case CHECKPOINT_HALF_WRITTEN ->
                    text(output.resolve("checkpoint-6/trainer_state.json")).equals("{");
                case EXIT_CODE_LOGGED -> log(directory).contains("EXIT_CODE=");
                case EXIT_CODE_WRITTEN -> Files.exists(directory.resolve("exit_code"));
                case STATE_ENDED -> text(directory.resolve("state.json")).contains("\"phase\":\"ended\"");
            };
        }

        private static String log(Path run) {
            return text(run.resolve("train.log"));
        }

        private static String text(Path file) {
            return Files.exists(file) ? LaunchFixture.text(file) : "";
        }
    }

    private final Installation installation = new Installation();
    private final CrashMatrix matrix = new CrashMatrix();

    /** All of them at once: a config more would be a change of the code that the others train. */
    CrashMatrixIT() {
        for (Transition transition : Transition.values()) {
            config(transition.run(), "0");
        }
        for (Step step : Step.values()) {
            config(step.run(), "0.3");
        }
    }

    @AfterAll
    void end() {
        installation.close();
        if (matrix.has(Transition.values()) && matrix.has(Step.values())) {
            matrix.write(Path.of("docs/crash-matrix.md"), Transition.values(), Step.values());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Execution(ExecutionMode.CONCURRENT)
    void killedCommandLeavesNothingThatItsGuardDoesNotEnd(Transition transition) throws InterruptedException {
        String run = transition.run();
        Command killed = installation
                .launchThatDiesAt(transition.word(), run, "--set", "BOOT_GRACE=5s", "--set", "READY_TIMEOUT=5s")
                .join();
        assertThat(killed.exitCode()).as(killed::output).isEqualTo(CrashingMain.EXIT_CODE);
        List<Pod> rented = alive(run);
        String there =
                rented.isEmpty() ? "nothing" : installation.remoteLog(run).isEmpty() ? "a pod" : "a pod, training";
        Duration after = untilAllHaveEnded(run);

        Command again = installation.launch(run + ".yaml").join();

        assertThat(again.exitCode()).as(again::output).isZero();
        assertThatItIsTrainedOnceAndAllHaveEnded(run);
        matrix.add(
                transition,
                new CrashMatrix.Row(
                        "`" + transition.word() + "`",
                        there,
                        rented.isEmpty() ? "–" : "its guard",
                        rented.isEmpty() ? Duration.ZERO : after,
                        did(run, again)));
    }

    @ParameterizedTest
    @EnumSource
    @Execution(ExecutionMode.CONCURRENT)
    void killedPodIsSucceededByOneThatResumes(Step step) throws InterruptedException {
        String run = step.run();
        Command first = installation.launch(run + ".yaml");
        LaunchFixture.await("a pod", () -> !installation.podsOf(run).isEmpty(), first::output);
        PodId pod = installation.podsOf(run).get(0).id();
        LaunchFixture.await(step.words, () -> isSeen(step, run), first::output);
        installation.loseHostOf(pod);
        first.join();
        Duration after = untilAllHaveEnded(run);

        Command again = installation.launch(run + ".yaml").join();

        assertThat(again.exitCode()).as(again::output).isZero();
        assertThatItIsTrainedOnceAndAllHaveEnded(run);
        if (step == Step.CHECKPOINT_HALF_WRITTEN) {
            assertThat(installation.remoteLog(run)).contains("resuming from checkpoint-4\n");
        }
        matrix.add(step, new CrashMatrix.Row(step.words, "a pod", "its host's end", after, did(run, again)));
    }

    private void config(String run, String savePause) {
        String config = CountingTrainer.config(run, STEPS, "0.1", 0) + "save_pause: " + savePause + "\n";
        installation.write(run + ".yaml", config);
    }

    private boolean isSeen(Step step, String run) {
        return installation
                .directoryOnVolume(run)
                .filter(directory -> step.isSeen(
                        directory, installation.volume().resolve("project").resolve(run)))
                .isPresent();
    }

    private List<Pod> alive(String run) {
        return installation.podsOf(run).stream()
                .filter(pod -> !pod.status().isEnded())
                .toList();
    }

    private Duration untilAllHaveEnded(String run) throws InterruptedException {
        SystemTime time = new SystemTime();
        long start = time.nanoTime();
        LaunchFixture.await("the pods of " + run + " to end", () -> alive(run).isEmpty());
        return Duration.ofNanos(time.nanoTime() - start);
    }

    /** The last training ran to its end from where it says it began, nothing runs, and the log here is no other. */
    private void assertThatItIsTrainedOnceAndAllHaveEnded(String run) {
        assertThat(alive(run)).isEmpty();
        assertThat(installation.podsOf(run)).hasSize(1);
        String log = installation.remoteLog(run);
        assertThat(log).endsWith("step " + STEPS + "\nEXIT_CODE=0\n");
        // What was written while nobody followed is fetched by the next pod; a finished run does not get one.
        assertThat(log).startsWith(installation.copiedLog(run));
    }

    private String did(String run, Command again) {
        if (again.err().contains("nothing was rented")) {
            return "found it finished and rented nothing";
        }
        String beginning = "";
        Matcher matcher = BEGINNING.matcher(installation.remoteLog(run));
        int attempts = 0;
        while (matcher.find()) {
            beginning = matcher.group(1) == null ? "trained from the beginning" : "resumed from a whole checkpoint";
            attempts++;
        }
        return (attempts > 1 ? "attempt " + attempts + ", " : "") + beginning;
    }
}
