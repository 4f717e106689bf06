package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.SystemTime;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills the command, or the pod, at every moment there is, and writes down what becomes of it. */
@Tag("full")
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashMatrixIT {
    private static final int STEPS = 16;
    private static final String UNSEEN_RUN = "unseen";
    private static final String UNSEEN_GPU = "NVIDIA GeForce RTX 3090";
    private static final Pattern BEGINNING =
            Pattern.compile("pod-train: (?:resuming from (checkpoint-\\d+)|starting from the beginning)");

    /** The transitions of the ledger: every kind of event that there is. */
    enum Transition {
        DEFINED,
        INTENDED,
        GUARDED,
        REFUSED,
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

        /**
         * A GPU that is asked for in vain, so that it does not matter whether the request has left when the command
         * dies, and a moment later it would have been too late; null where none is.
         */
        @Nullable
        String unavailableGpu() {
            return switch (this) {
                case DEFINED -> "NVIDIA RTX A2000";
                case INTENDED -> "NVIDIA RTX A4000";
                case GUARDED -> "NVIDIA RTX A4500";
                case REFUSED -> "NVIDIA L4";
                case RENTED, READY, CODE_SYNCED, STARTED, ENDED, POD_ENDED -> null;
            };
        }

        /**
         * Until when a training has to begin, or its guard ends the pod: soon where that is waited for, and late enough
         * for a busy machine where the command has to get somewhere with its pod before it dies.
         */
        String bootGrace() {
            return switch (this) {
                case DEFINED, INTENDED, GUARDED, REFUSED, RENTED -> "5s";
                case READY, CODE_SYNCED -> "20s";
                case STARTED, ENDED, POD_ENDED -> "120s";
            };
        }

        /** Why it cannot be had: it is out of stock, or the request never takes effect. */
        String fault() {
            return this == REFUSED ? "capacity" : "server-error";
        }
    }

    /** Between two transitions: the request took effect, and its answer was not seen. */
    enum Unseen {
        ANSWER
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
        config(UNSEEN_RUN, "0");
        for (Step step : Step.values()) {
            String held = step == Step.CHECKPOINT_HALF_WRITTEN ? CountingTrainer.heldInCheckpoint(6) : "";
            config(step.run(), "0.3\n" + held);
        }
    }

    @BeforeAll
    void startLocalCloud() throws InterruptedException {
        Command up = installation.run("local", "up");
        assertThat(up.exitCode()).as(up::output).isZero();
        for (Transition transition : Transition.values()) {
            if (transition.unavailableGpu() != null) {
                fault(transition.fault(), transition.unavailableGpu(), "");
            }
        }
        fault("late-answer", UNSEEN_GPU, ",\"times\":1,\"millis\":60000");
    }

    private void fault(String kind, String gpu, String more) {
        installation.inject(
                "{\"kind\":\"" + kind + "\",\"operation\":\"create-pod\",\"gpu\":\"" + gpu + "\"" + more + "}");
    }

    @AfterAll
    void end() {
        installation.close();
        if (matrix.has(Transition.values()) && matrix.has(Unseen.ANSWER) && matrix.has(Step.values())) {
            matrix.write(Path.of("docs/crash-matrix.md"), moments(), List.of(Step.values()));
        }
    }

    /** In the order in which they come. */
    private static List<Enum<?>> moments() {
        List<Enum<?>> moments = new ArrayList<>(List.of(Transition.values()));
        moments.add(moments.indexOf(Transition.GUARDED) + 1, Unseen.ANSWER);
        return moments;
    }

    @Test
    void everyEventOfTheLedgerIsAMomentToDie() {
        assertThat(Transition.values())
                .extracting(Transition::word)
                .containsExactlyInAnyOrderElementsOf(
                        kindsOf(LedgerEvent.class).map(CrashMatrixIT::word).toList());
    }

    private static Stream<Class<?>> kindsOf(Class<?> event) {
        return event.isSealed()
                ? Stream.of(event.getPermittedSubclasses()).flatMap(CrashMatrixIT::kindsOf)
                : Stream.of(event);
    }

    private static String word(Class<?> event) {
        return event.getSimpleName().replaceAll("(?<!^)([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest
    @EnumSource
    @Execution(ExecutionMode.CONCURRENT)
    void killedCommandLeavesNothingThatItsGuardDoesNotEnd(Transition transition) throws InterruptedException {
        String run = transition.run();
        List<String> more = new ArrayList<>(limits(transition.bootGrace()));
        if (transition.unavailableGpu() != null) {
            more.addAll(List.of("--gpu", transition.unavailableGpu(), "--wait-for-capacity=1h"));
        }
        Command killed = installation
                .launchThatDiesAt(transition.word(), run, more.toArray(String[]::new))
                .join();
        assertThat(killed.exitCode()).as(killed::output).isEqualTo(CrashingMain.EXIT_CODE);
        String there = rented(run);
        Duration after = untilAllHaveEnded(run);

        Command again = installation.launch(run + ".yaml").join();

        assertThat(again.exitCode()).as(again::output).isZero();
        assertThatItIsTrainedOnceAndAllHaveEnded(run);
        matrix.add(transition, row("`" + transition.word() + "`", there, after, did(run, again)));
    }

    private static List<String> limits(String bootGrace) {
        return List.of("--set", "BOOT_GRACE=" + bootGrace);
    }

    @SideBySide
    void killedCommandThatDidNotSeeTheAnswerLeavesNothingThatItsGuardDoesNotEnd() throws InterruptedException {
        String[] more = Stream.concat(limits("5s").stream(), Stream.of("--gpu", UNSEEN_GPU))
                .toArray(String[]::new);
        Command killed = installation.launch(UNSEEN_RUN + ".yaml", more);
        LaunchFixture.await("a pod", () -> !installation.podsOf(UNSEEN_RUN).isEmpty(), killed::output);
        killed.kill();
        assertThat(installation.ledger(UNSEEN_RUN)).contains("\"guarded\"").doesNotContain("\"rented\"");
        String there = rented(UNSEEN_RUN);
        Duration after = untilAllHaveEnded(UNSEEN_RUN);

        Command again =
                installation.launch(UNSEEN_RUN + ".yaml", "--gpu", UNSEEN_GPU).join();

        assertThat(again.exitCode()).as(again::output).isZero();
        assertThatItIsTrainedOnceAndAllHaveEnded(UNSEEN_RUN);
        matrix.add(Unseen.ANSWER, row("the request took effect, unseen", there, after, did(UNSEEN_RUN, again)));
    }

    private static CrashMatrix.Row row(String died, String there, Duration after, String again) {
        boolean nothing = there.equals("nothing");
        return new CrashMatrix.Row(died, there, nothing ? "–" : "its guard", nothing ? Duration.ZERO : after, again);
    }

    /** What is billed for the run now, and what it is doing. */
    private String rented(String run) {
        String log = installation.remoteLog(run);
        if (alive(run).isEmpty()) {
            return "nothing";
        }
        return log.isEmpty() ? "a pod" : log.contains("EXIT_CODE=") ? "a pod, training over" : "a pod, training";
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
        installation.letGoOn(run);
        first.join();
        Duration after = untilAllHaveEnded(run);

        Command again = installation.launch(run + ".yaml").join();

        assertThat(again.exitCode()).as(again::output).isZero();
        switch (step) {
            // It is not certain yet that all of it is on the volume: the next pod may look, and find nothing left to
            // train.
            case EXIT_CODE_LOGGED, EXIT_CODE_WRITTEN -> assertThatItsEndIsReachedOnceAndAllHaveEnded(run);
            default -> assertThatItIsTrainedOnceAndAllHaveEnded(run);
        }
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
        assertThat(installation.remoteLog(run)).endsWith("step " + STEPS + "\nEXIT_CODE=0\n");
        assertThatItsEndIsReachedOnceAndAllHaveEnded(run);
    }

    private void assertThatItsEndIsReachedOnceAndAllHaveEnded(String run) {
        assertThat(alive(run)).isEmpty();
        assertThat(installation.podsOf(run)).hasSize(1);
        String log = installation.remoteLog(run);
        assertThat(log).containsOnlyOnce("\nstep " + STEPS + "\n").endsWith("\nEXIT_CODE=0\n");
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
