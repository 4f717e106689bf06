package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.local.Fault;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodStatus;
import dev.podtrain.run.FileOperations.ExecRequest;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.Phase;
import dev.podtrain.run.Plan;
import dev.podtrain.run.Receipt;
import dev.podtrain.run.RunOperations;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class LaunchIT {
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
    void aTrainingIsLaunchedFollowedAndItsPodStopped() throws InterruptedException {
        Outcome outcome = fixture.launch(watcher);

        Receipt receipt = receipt(outcome);
        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(receipt.exitCode()).isZero();
        assertThat(receipt.pod()).isEqualTo("stopped");
        assertThat(watcher.log()).contains("first line of the trainer\n").endsWith("step 6\nEXIT_CODE=0\n");
        assertThat(watcher.log()).isEqualTo(fixture.remoteLog());
        assertThat(LaunchFixture.text(receipt.log())).isEqualTo(fixture.remoteLog());
        assertThat(watcher.phases())
                .containsExactly(Phase.PLAN, Phase.POD, Phase.READY, Phase.CODE, Phase.START, Phase.FOLLOW, Phase.END);
        assertThat(fixture.allPods()).extracting(Pod::status).containsExactly(PodStatus.EXITED);
    }

    @SideBySide
    void aFinishedRunRentsNothingUntilSomethingChanges() throws InterruptedException {
        fixture.launch(watcher);

        Watcher second = new Watcher();
        assertThat(fixture.launch(second)).isInstanceOf(Outcome.AlreadyFinished.class);
        assertThat(second.plan().action()).isEqualTo(Plan.Action.NOTHING);

        fixture.config(8, "0.05", 0);
        Watcher third = new Watcher();
        assertThat(receipt(fixture.launch(third)).attempt()).isEqualTo(2);
        assertThat(third.log()).contains("resumed at step 6", "step 8\n");
    }

    @SideBySide
    void aCommandForAPodThatHasEndedSaysHowToLaunchTheRunAgain() throws InterruptedException {
        fixture.launch(watcher);

        ExecRequest request = new ExecRequest(fixture.run(), List.of("true"), null);
        assertThatThrownBy(() -> fixture.files().exec(request, new Captured()))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(e -> assertThat(e.problem().next())
                        .isEqualTo("launch it again: pod-train -C " + fixture.project()
                                + " --config config.yaml --local"));
    }

    @SideBySide
    void theTrainersExitCodeIsTheOutcome() throws InterruptedException {
        fixture.config(2, "0.01", 3);

        Receipt receipt = receipt(fixture.launch(watcher));

        assertThat(receipt.reason()).isEqualTo(EndReason.FAILED);
        assertThat(receipt.exitCode()).isEqualTo(3);
        assertThat(watcher.log()).endsWith("EXIT_CODE=3\n");
        assertThat(receipt.pod()).isEqualTo("stopped");
    }

    @SideBySide
    void ctrlCEndsTheFollowingOnlyAndTheSameCommandFollowsOn() throws InterruptedException {
        fixture.config(100_000, "0.1", 0);
        Background first = new Background(fixture.operations(), fixture.request());
        first.watcher().awaitTrainer();
        first.interrupt();

        assertThat(first.outcome()).isInstanceOf(Outcome.Interrupted.class);
        assertThat(fixture.allPods()).extracting(Pod::status).containsExactly(PodStatus.RUNNING);

        Background second = new Background(fixture.operations(), fixture.request());
        LaunchFixture.await(
                "the second one to follow", () -> second.watcher().log().contains("step "));
        fixture.operations().stop(new RunOperations.StopRequest(fixture.run(), false), watcher);
        Receipt receipt = receipt(second.outcome());

        assertThat(receipt.reason()).isEqualTo(EndReason.STOPPED);
        assertThat(receipt.attempt()).isEqualTo(1);
        assertThat(fixture.allPods()).hasSize(1);
        assertThat(first.watcher().log())
                .isEqualTo(
                        fixture.remoteLog().substring(0, first.watcher().log().length()));
        assertThat(LaunchFixture.text(receipt.log())).isEqualTo(fixture.remoteLog());
    }

    @SideBySide
    void aTrainingUnderWayGoesOnAsItStartedAndThePlanSaysWhatIsNotDone() throws InterruptedException {
        fixture.config(100_000, "0.1", 0);
        fixture.set("MAX_RUNTIME", "1h");
        Background first = new Background(fixture.operations(), fixture.request());
        first.watcher().awaitTrainer();
        first.interrupt();
        first.outcome();

        fixture.config(90_000, "0.1", 0);
        fixture.set("MAX_RUNTIME", "2h");
        Background second = new Background(fixture.operations(), fixture.forcedRestart());
        LaunchFixture.await(
                "the second one to follow", () -> second.watcher().log().contains("step "));
        fixture.operations().stop(new RunOperations.StopRequest(fixture.run(), false), watcher);

        assertThat(receipt(second.outcome()).attempt()).isEqualTo(1);
        assertThat(second.watcher().plan().maxRuntime()).isEqualTo(Duration.ofHours(1));
        assertThat(second.watcher().messages())
                .anyMatch(
                        said -> said.startsWith("warning: a training of this run is under way and is not started over"))
                .anyMatch(said -> said.startsWith("warning: the code or the config has changed since this training"))
                .anyMatch(said -> said.startsWith("warning: MAX_RUNTIME as set now will count for the next pod"));
    }

    @SideBySide
    void sameCommandForATrainingUnderWayWarnsOfNothing() throws InterruptedException {
        fixture.config(100_000, "0.1", 0);
        Background first = new Background(fixture.operations(), fixture.forcedRestart());
        first.watcher().awaitTrainer();
        first.interrupt();
        first.outcome();

        Background second = new Background(fixture.operations(), fixture.forcedRestart());
        LaunchFixture.await(
                "the second one to follow", () -> second.watcher().log().contains("step "));
        fixture.operations().stop(new RunOperations.StopRequest(fixture.run(), false), watcher);
        second.outcome();

        assertThat(second.watcher().messages()).noneMatch(said -> said.startsWith("warning: "));
    }

    @SideBySide
    void stoppingLetsTheTrainerSave() throws InterruptedException {
        fixture.config(100_000, "0.1", 0);
        fixture.operations().launch(fixture.detached(), watcher);
        LaunchFixture.await("the training", () -> fixture.remoteLog().contains("step 3\n"));

        RunOperations.StopResult result =
                fixture.operations().stop(new RunOperations.StopRequest(fixture.run(), false), watcher);

        assertThat(result.receipt().reason()).isEqualTo(EndReason.STOPPED);
        assertThat(result.receipt().pod()).isEqualTo("stopped");
        assertThat(fixture.remoteLog()).contains("saved on SIGTERM").endsWith("EXIT_CODE=143\n");
        RunOperations.StopResult again =
                fixture.operations().stop(new RunOperations.StopRequest(fixture.run(), false), watcher);
        assertThat(again.alreadyEnded()).isTrue();
    }

    @SideBySide
    void aLostPodIsSucceededByOneThatResumesFromTheNewestWholeCheckpoint() throws Exception {
        fixture.heldConfig(200, "0.05", 11);
        Background first = new Background(fixture.operations(), fixture.request());
        LaunchFixture.await("a whole checkpoint", () -> first.watcher().log().contains("step 11\n"));
        fixture.local().cloud().inject(Fault.next(Fault.Kind.POD_KILLED));

        Receipt lost = receipt(first.outcome());
        assertThat(lost.reason()).isEqualTo(EndReason.LOST);

        fixture.config(30, "0.01", 0);
        Files.createDirectories(fixture.remote("out/checkpoint-28"));
        Files.writeString(fixture.remote("out/checkpoint-28/trainer_state.json"), "");
        Receipt second = receipt(fixture.launch(watcher));

        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(watcher.log()).containsPattern("skipped .*checkpoint-28").contains("resuming from checkpoint-10\n");
        assertThat(first.watcher().log() + watcher.log()).isEqualTo(fixture.remoteLog());
    }

    @SideBySide
    void aForcedRestartStartsFromTheBeginningAndDeletesNothing() throws InterruptedException, IOException {
        fixture.launch(watcher);

        Watcher second = new Watcher();
        Receipt receipt = receipt(fixture.operations().launch(fixture.forcedRestart(), second));

        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(second.log())
                .contains("FORCE RESTART: checkpoints ignored", "step 1\n")
                .doesNotContain("resumed at");
        try (var entries = Files.walk(fixture.remote("."))) {
            assertThat(entries.filter(path -> path.endsWith("checkpoint-6"))).hasSize(2);
        }
    }

    @SideBySide
    void twoTerminalsAtOnceGiveOnePodAndOneTraining() throws InterruptedException {
        fixture.heldConfig(20, "0.1", 1);
        Background one = new Background(fixture.operations(), fixture.request());
        Background two = new Background(fixture.operations(), fixture.request());
        one.awaitFollowing();
        two.awaitFollowing();
        fixture.letGoOn();

        assertThat(List.of(receipt(one.outcome()), receipt(two.outcome())))
                .extracting(Receipt::reason)
                .containsExactly(EndReason.FINISHED, EndReason.FINISHED);

        assertThat(fixture.allPods()).hasSize(1);
        assertThat(fixture.remoteLog()).containsOnlyOnce("first line of the trainer");
    }

    @SideBySide
    void twoMachinesAtOnceGiveOneTraining() throws InterruptedException {
        fixture.heldConfig(4, "0.1", 1);
        Background one = new Background(fixture.operations(), fixture.request());
        one.watcher().awaitTrainer();

        assertThatThrownBy(() -> fixture.elsewhere("other").launch(fixture.request(), watcher))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("SSH key");

        assertThat(fixture.allPods()).hasSize(1);
        fixture.letGoOn();
        assertThat(receipt(one.outcome()).reason()).isEqualTo(EndReason.FINISHED);
    }

    @SideBySide
    void theNextGpuTypeIsTakenWhenTheFirstIsSoldOut() throws InterruptedException {
        fixture.set("GPU_TYPE", "NVIDIA RTX A5000, NVIDIA RTX A6000");
        fixture.local().cloud().inject(Fault.always(Fault.Kind.CAPACITY).onGpu("NVIDIA RTX A5000"));

        fixture.launch(watcher);

        assertThat(fixture.allPods()).extracting(Pod::gpuId).containsExactly("NVIDIA RTX A6000");
        assertThat(fixture.state().attempts())
                .extracting(Attempt::phase)
                .containsExactly(Attempt.Phase.REFUSED, Attempt.Phase.STOPPED);
    }

    @SideBySide
    void nothingIsRentedWhenEveryCandidateIsSoldOut() throws InterruptedException {
        fixture.set("GPU_TYPE", "NVIDIA RTX A5000, NVIDIA RTX A6000");
        fixture.local().cloud().inject(Fault.always(Fault.Kind.CAPACITY));

        Problem problem = problem();

        assertThat(problem.kind()).isEqualTo(Problem.Kind.NO_CAPACITY);
        assertThat(problem.why()).contains("NVIDIA RTX A5000", "NVIDIA RTX A6000", "no longer any instances");
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void waitingForCapacityOutlastsACatalogThatCannotBeRead() throws InterruptedException {
        fixture.set("WAIT_FOR_CAPACITY", "1h");
        fixture.local().cloud().inject(Fault.next(Fault.Kind.CAPACITY));
        Fault unreadable =
                Fault.next(Fault.Kind.SERVER_ERROR).on("read-catalog").times(LaunchFixture.LIMITS.tries());
        Watcher waiting = new Watcher(() -> fixture.local().cloud().inject(unreadable));

        Receipt receipt = receipt(fixture.operations(new LeapingTime()).launch(fixture.request(), waiting));

        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(waiting.messages())
                .anyMatch(said -> said.startsWith("warning: could not read the catalog of GPU types"));
    }

    @SideBySide
    void waitingForCapacityNeverPaysMoreThanThePlanShowed() throws InterruptedException {
        Watcher waiting = assertThatItIsRentedForThePlansPriceAfterADearHour();

        assertThat(waiting.messages()).noneMatch(said -> said.startsWith("warning: "));
    }

    @SideBySide
    void waitingForCapacityOutlastsPricesAboveMaxPricePerHour() throws InterruptedException {
        fixture.set("MAX_PRICE_PER_HOUR", "1");

        Watcher waiting = assertThatItIsRentedForThePlansPriceAfterADearHour();

        assertThat(waiting.messages())
                .anyMatch(said -> said.startsWith("warning: every candidate costs more than MAX_PRICE_PER_HOUR"));
    }

    private Watcher assertThatItIsRentedForThePlansPriceAfterADearHour() throws InterruptedException {
        fixture.set("WAIT_FOR_CAPACITY", "1h");
        fixture.set("GPU_TYPE", "NVIDIA RTX A5000");
        fixture.local().cloud().inject(Fault.next(Fault.Kind.CAPACITY));
        Fault dear = Fault.next(Fault.Kind.PRICE)
                .on("read-catalog")
                .onGpu("NVIDIA RTX A5000")
                .price(new BigDecimal("9.99"));
        Watcher waiting = new Watcher(() -> fixture.local().cloud().inject(dear));

        Receipt receipt = receipt(fixture.operations(new LeapingTime()).launch(fixture.request(), waiting));

        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(fixture.state().attempts())
                .extracting(attempt -> attempt.intended().hourlyPriceUsd())
                .containsOnly(waiting.plan().highestHourlyPriceUsd().orElseThrow());
        assertThat(waiting.messages())
                .filteredOn(said -> said.contains("no GPU to be had now"))
                .hasSize(2);
        return waiting;
    }

    @SideBySide
    void ctrlCWhileTheCatalogIsReadAgainSaysThatNothingIsRented() throws InterruptedException {
        fixture.set("WAIT_FOR_CAPACITY", "1h");
        fixture.local().cloud().inject(Fault.next(Fault.Kind.CAPACITY));
        // The first wait is the one for capacity; what follows it meets the interrupt.
        Time time = new HurriedTime(() -> {
            Thread.currentThread().interrupt();
            return false;
        });

        assertThat(fixture.operations(time).launch(fixture.request(), watcher))
                .asInstanceOf(type(Outcome.Cancelled.class))
                .extracting(Outcome.Cancelled::left)
                .isEqualTo("nothing is rented");
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void waitingForCapacityEndsWhenTheKeyIsNoLongerAccepted() throws InterruptedException {
        fixture.set("WAIT_FOR_CAPACITY", "1h");
        fixture.local().cloud().inject(Fault.next(Fault.Kind.CAPACITY));
        Fault forbidden = Fault.always(Fault.Kind.FORBIDDEN).on("read-catalog");

        Problem problem = problem(new Watcher(() -> fixture.local().cloud().inject(forbidden)));

        assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_AUTHENTICATED);
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void aKeyThatMayNotCreatePodsIsSaidToBeTheReason() throws InterruptedException {
        fixture.set("WAIT_FOR_CAPACITY", "1h");
        fixture.local().cloud().inject(Fault.always(Fault.Kind.FORBIDDEN).on("create-pod"));

        Problem problem = problem();

        assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_AUTHENTICATED);
        assertThat(problem.next()).startsWith("give the API key the right to create pods");
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void terminatingAPodThatHadStoppedIsOnTheReceiptAndCostsNoMore() throws InterruptedException {
        Receipt before = receipt(fixture.launch(watcher));

        RunOperations.StopResult result =
                fixture.operations().stop(new RunOperations.StopRequest(fixture.run(), true), watcher);

        assertThat(fixture.allPods()).isEmpty();
        assertThat(result.receipt().pod()).isEqualTo("terminated");
        assertThat(result.receipt().costUsd()).isEqualTo(before.costUsd());
    }

    @SideBySide
    void aLostAnswerToTheCreateIsLookedUpAndNothingIsRentedTwice() throws InterruptedException {
        fixture.local().cloud().inject(Fault.next(Fault.Kind.LOST_ANSWER).on("create-pod"));

        Receipt receipt = receipt(fixture.launch(watcher));

        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(fixture.allPods()).hasSize(1);
    }

    @SideBySide
    void aPodThatStartsWithoutItsGpusIsTerminatedAndANewOneRented() throws InterruptedException {
        fixture.launch(watcher);
        String firstPod = fixture.allPods().get(0).id().value();
        fixture.config(8, "0.05", 0);
        fixture.local().cloud().inject(Fault.next(Fault.Kind.ZERO_GPUS));

        Receipt receipt = receipt(fixture.launch(new Watcher()));

        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(fixture.allPods())
                .hasSize(1)
                .noneMatch(pod -> pod.id().value().equals(firstPod));
    }

    @SideBySide
    void aPodThatCannotStartAgainIsTerminatedAndANewOneRented() throws InterruptedException {
        fixture.launch(watcher);
        String firstPod = fixture.allPods().get(0).id().value();
        fixture.config(8, "0.05", 0);
        fixture.local().cloud().inject(Fault.next(Fault.Kind.START_REFUSED));

        Receipt receipt = receipt(fixture.launch(new Watcher()));

        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(fixture.allPods())
                .hasSize(1)
                .noneMatch(pod -> pod.id().value().equals(firstPod));
    }

    @SideBySide
    void aStoppedPodIsStartedAgainForTheNextAttempt() throws InterruptedException {
        fixture.launch(watcher);
        String firstPod = fixture.allPods().get(0).id().value();
        fixture.config(8, "0.05", 0);

        Watcher second = new Watcher();
        Receipt receipt = receipt(fixture.launch(second));

        assertThat(second.plan().action()).isEqualTo(Plan.Action.START);
        assertThat(receipt.podId()).isEqualTo(firstPod);
        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
    }

    @SideBySide
    void aPodThatShowsAnotherHostKeyThanItsLogIsRefusedAndEnded() throws InterruptedException {
        fixture.local().cloud().inject(Fault.next(Fault.Kind.HOST_KEY_MISMATCH));

        Problem problem = problem();

        assertThat(problem.why()).contains("host key");
        assertThat(problem.left()).contains("terminated");
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void aPodThatIsNeverReadyIsDeletedAndTheNextCandidateTried() throws InterruptedException {
        fixture.set("GPU_TYPE", "NVIDIA RTX A5000, NVIDIA RTX A6000");
        fixture.local().cloud().inject(Fault.next(Fault.Kind.NEVER_READY));
        // The second one gets all the time it needs.
        HurriedTime time = new HurriedTime(() -> podsAwaited() == 1);

        Receipt receipt = receipt(fixture.operations(time).launch(fixture.request(), watcher));

        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(fixture.allPods()).extracting(Pod::gpuId).containsExactly("NVIDIA RTX A6000");
    }

    @SideBySide
    void ctrlCBeforeTheTrainingGivesThePodBack() throws InterruptedException {
        fixture.local().cloud().inject(Fault.next(Fault.Kind.SLOW_BOOT).lasting(Duration.ofSeconds(60)));
        Background launch = new Background(fixture.operations(), fixture.request());
        LaunchFixture.await("a pod", () -> launch.watcher().phases().contains(Phase.READY));

        launch.interrupt();

        assertThat(launch.outcome())
                .asInstanceOf(type(Outcome.Cancelled.class))
                .extracting(Outcome.Cancelled::left)
                .asString()
                .contains("terminated");
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void stoppingARunThatBootsEndsItsLaunchToo() throws InterruptedException {
        fixture.set("GPU_TYPE", "NVIDIA RTX A5000, NVIDIA RTX A6000");
        fixture.local().cloud().inject(Fault.next(Fault.Kind.SLOW_BOOT).lasting(Duration.ofSeconds(60)));
        Background launch = new Background(fixture.operations(), fixture.request());
        LaunchFixture.await("a pod", () -> launch.watcher().phases().contains(Phase.READY));

        Receipt receipt = fixture.operations()
                .stop(new RunOperations.StopRequest(fixture.run(), false), watcher)
                .receipt();

        assertThat(receipt.reason()).isEqualTo(EndReason.NOT_STARTED);
        assertThatThrownBy(launch::outcome).cause().isInstanceOfSatisfying(ProblemException.class, e -> assertThat(
                        e.problem().what())
                .isEqualTo("the launch was stopped by another command"));
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void anIntentWhoseAnswerWasNeverSeenIsFoundByTheNextCommand() throws InterruptedException {
        fixture.heldConfig(6, "0.05", 1);
        fixture.local().cloud().inject(Fault.next(Fault.Kind.SLOW_BOOT).lasting(Duration.ofSeconds(2)));
        Background launch = new Background(fixture.operations(), fixture.request());
        LaunchFixture.await("a pod", () -> launch.watcher().phases().contains(Phase.READY));

        // Another machine knows nothing of the intent; the pod carries the run's name.
        Background other = new Background(fixture.operations(), fixture.request());
        other.awaitFollowing();
        launch.awaitFollowing();
        fixture.letGoOn();

        assertThat(receipt(other.outcome()).reason()).isEqualTo(EndReason.FINISHED);
        assertThat(receipt(launch.outcome()).reason()).isEqualTo(EndReason.FINISHED);
        assertThat(fixture.allPods()).hasSize(1);
    }

    @SideBySide
    void anOutcomeNobodySawIsReadFromTheStoppedPodsLog() throws InterruptedException {
        fixture.operations().launch(fixture.detached(), watcher);
        LaunchFixture.await("the guard", () -> statusOfOnlyPod() == PodStatus.EXITED);

        Watcher second = new Watcher();
        Outcome outcome = fixture.launch(second);

        assertThat(outcome).isInstanceOf(Outcome.AlreadyFinished.class);
        assertThat(fixture.state().current().orElseThrow().ended().exitCode()).isZero();
    }

    @SideBySide
    void aLogThatEndedUnseenIsSaidToBeIncomplete() throws InterruptedException {
        fixture.operations().launch(fixture.detached(), watcher);
        LaunchFixture.await("the guard", () -> statusOfOnlyPod() == PodStatus.EXITED);

        Watcher reader = new Watcher();
        fixture.operations().logs(new RunOperations.LogsRequest(fixture.run(), false, -1, 10), reader::log, reader);

        assertThat(reader.messages())
                .anyMatch(message -> message.contains("pod-train pull --run") && message.contains("/train.log ."));
    }

    @SideBySide
    void aLostAnswerToTheStartRentsNothingTwice() throws InterruptedException {
        fixture.launch(watcher);
        fixture.config(8, "0.05", 0);
        fixture.local().cloud().inject(Fault.next(Fault.Kind.LOST_ANSWER).on("start-pod"));

        Receipt receipt = receipt(fixture.launch(new Watcher()));

        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(fixture.allPods()).hasSize(1);
    }

    @SideBySide
    void aRunThatFinishedUnseenByThisMachineIsNotTrainedAgain() throws InterruptedException {
        fixture.launch(watcher);

        Outcome outcome = fixture.elsewhere("other").launch(fixture.request(), new Watcher());

        assertThat(outcome).isInstanceOf(Outcome.AlreadyFinished.class);
        assertThat(fixture.remoteLog()).containsOnlyOnce("first line of the trainer");
        assertThat(fixture.allPods()).extracting(Pod::status).containsExactly(PodStatus.EXITED);
    }

    @SideBySide
    void theProviderBeingDownAtTheEndDoesNotHideHowTheTrainingEnded() throws InterruptedException {
        fixture.heldConfig(4, "0.1", 1);
        Background launch = new Background(fixture.operations(), fixture.request());
        launch.watcher().awaitTrainer();
        fixture.local().cloud().inject(Fault.always(Fault.Kind.REST_DOWN));
        fixture.letGoOn();

        Receipt receipt = receipt(launch.outcome());

        assertThat(receipt.reason()).isEqualTo(EndReason.FINISHED);
        assertThat(receipt.pod()).isEqualTo("still running");
        assertThat(launch.watcher().messages()).anyMatch(message -> message.contains("its guard ends it"));
    }

    @SideBySide
    void awkwardValuesArriveUnharmed() throws InterruptedException, IOException {
        fixture.write("configs/naïve config $HOME 'x'.yaml", "output_dir: \"out dir/ü $(id)\"\n");
        fixture.write("show.py", "import sys\nprint(sys.argv[1:])\n");
        fixture.set("TRAIN_COMMAND", "python show.py {config} {output_dir} 'a b' \"$HOME\" * {resume}");

        fixture.operations()
                .launch(
                        new dev.podtrain.run.LaunchRequest(
                                fixture.project(),
                                java.nio.file.Path.of("configs/naïve config $HOME 'x'.yaml"),
                                fixture.request().flags(),
                                false,
                                true,
                                false,
                                false,
                                false,
                                false),
                        watcher);

        assertThat(watcher.log())
                .contains("[\"configs/naïve config $HOME 'x'.yaml\", 'out dir/ü $(id)', 'a b', '$HOME', '*']");
    }

    private long podsAwaited() {
        return watcher.messages().stream()
                .filter(said -> said.startsWith("READY: waiting for pod"))
                .count();
    }

    private PodStatus statusOfOnlyPod() {
        try {
            return fixture.allPods().get(0).status();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Problem problem() {
        return problem(watcher);
    }

    private Problem problem(Watcher watching) {
        try {
            Outcome outcome = fixture.launch(watching);
            throw new AssertionError("expected a problem, got " + outcome);
        } catch (ProblemException e) {
            return e.problem();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Receipt receipt(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Ended.class);
        return ((Outcome.Ended) outcome).receipt();
    }
}
