package dev.podtrain.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.run.LaunchRequest;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.Phase;
import dev.podtrain.run.Plan;
import dev.podtrain.run.RunListener;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaunchVerbTest {
    private final Cli cli = new Cli();

    private final Path project;

    LaunchVerbTest(@TempDir Path project) {
        this.project = project;
    }

    @Test
    void optionsBecomeTheRequest() {
        cli.runs.onLaunch = listener -> new Outcome.Declined();

        cli.run(
                "-C",
                project.toString(),
                "--config",
                "configs/a b.yaml",
                "--force-restart",
                "--local",
                "--dry-run",
                "--detach",
                "--accept-new-host-key",
                "--gpu",
                "NVIDIA RTX A5000",
                "--gpu",
                "NVIDIA L4",
                "--gpu-count",
                "2",
                "--max-runtime",
                "12h",
                "--max-cost",
                "5",
                "--idle-timeout",
                "20m",
                "--on-exit",
                "terminate",
                "--image",
                "my/image:1",
                "--data-center",
                "EU-RO-1",
                "--set",
                "BOOT_GRACE=10m",
                "--set",
                "X=a=b");

        assertThat(cli.runs.launches)
                .containsExactly(new LaunchRequest(
                        project,
                        Path.of("configs/a b.yaml"),
                        Map.of(
                                "GPU_TYPE", "NVIDIA RTX A5000,NVIDIA L4",
                                "GPU_COUNT", "2",
                                "MAX_RUNTIME", "12h",
                                "MAX_COST", "5",
                                "IDLE_TIMEOUT", "20m",
                                "ON_EXIT", "terminate",
                                "IMAGE", "my/image:1",
                                "DATA_CENTER", "EU-RO-1",
                                "BOOT_GRACE", "10m",
                                "X", "a=b"),
                        true,
                        true,
                        true,
                        true,
                        true,
                        false));
    }

    @Test
    void nothingButTheConfigIsNeeded() {
        cli.runs.onLaunch = listener -> new Outcome.Declined();

        cli.run("--config", "c.yaml");

        assertThat(cli.runs.launches)
                .containsExactly(new LaunchRequest(
                        Path.of("").toAbsolutePath(),
                        Path.of("c.yaml"),
                        Map.of(),
                        false,
                        false,
                        false,
                        false,
                        false,
                        false));
        assertThat(cli.terminal.interruptsOnCtrlC).isTrue();
    }

    @Test
    void withoutAConfigThereIsNothingToLaunch() {
        Cli.Result result = cli.run("--local");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("why:   a run is named by its config, and no --config is given\n");
    }

    @Test
    void launchMayBeSpelledOut() {
        cli.runs.onLaunch = listener -> new Outcome.Declined();

        cli.run("launch", "--config", "c.yaml");

        assertThat(cli.runs.launches).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "RUNPOD_API_KEY=rpa_topsecret, every process of this machine can read RUNPOD_API_KEY",
        "HF_TOKEN=rpa_topsecret, every process of this machine can read HF_TOKEN",
        "rpa_topsecret, it must have the form KEY=VALUE",
        "=rpa_topsecret, it must have the form KEY=VALUE",
        "GPU_COUNT=rpa_topsecret, GPU_COUNT is given more than once"
    })
    void badSettingIsAUsageErrorThatDoesNotRepeatTheValue(String setting, String why) {
        Cli.Result result = cli.run("--config", "c.yaml", "--gpu-count", "1", "--set", setting);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains(why).doesNotContain("rpa_topsecret");
        assertThat(cli.runs.launches).isEmpty();
    }

    @Test
    void keyFilePathIsNotASecret() {
        cli.runs.onLaunch = listener -> new Outcome.Declined();

        cli.run("--config", "c.yaml", "--set", "SSH_KEY_PATH=~/.ssh/id", "--set", "OUTPUT_DIR_KEY=a.b");

        assertThat(cli.runs.launches.get(0).flags())
                .containsOnly(Map.entry("SSH_KEY_PATH", "~/.ssh/id"), Map.entry("OUTPUT_DIR_KEY", "a.b"));
    }

    @Test
    void wholeLaunchReadsLikeThis() {
        cli.runs.onLaunch = listener -> {
            listener.planned(Samples.aPlan());
            listener.phase(Phase.POD, "renting NVIDIA RTX A5000 in EU-RO-1");
            cli.time.advance(Duration.ofMillis(3240));
            listener.report("image is being pulled");
            listener.warn("the pod is slow");
            listener.phase(Phase.FOLLOW, "the log of digits-3f9a1c");
            send(listener, "step 1 loss 0.5\nstep 2 loss 0.4\n");
            return new Outcome.Ended(Samples.aReceipt(EndReason.FINISHED, 0));
        };

        Cli.Result result = cli.run("-C", project.toString(), "--config", "configs/digits.yaml", "--yes");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("step 1 loss 0.5\nstep 2 loss 0.4\n");
        assertThat(result.err()).isEqualTo("""
                        run         digits-3f9a1c
                        project     /home/ada/digits
                        config      configs/digits.yaml
                        output_dir  out/digits
                        action      rent a new pod: no pod of this run is there
                        gpu         the first of these that can be had:
                                    1 x NVIDIA RTX A5000  secure  EU-RO-1  0.27 USD/h  availability high
                                    1 x NVIDIA L4         secure  EU-RO-1  0.43 USD/h  availability low
                        image       runpod/pytorch:2.8.0
                        volume      data (vol1, EU-RO-1)
                        cost        at most 5.16 USD (MAX_RUNTIME 12 h)
                        guard       ends the pod after 12 h at the latest, after 30 min of idleness, if no training starts within 30 min
                        at the end  the pod is stopped: what is on the volume stays, its GPU costs nothing any more
                        balance     12.34 USD

                        [  0.0s] pod: renting NVIDIA RTX A5000 in EU-RO-1
                        warning: the pod is slow
                        [  3.2s] follow: the log of digits-3f9a1c
                        outcome     finished (exit code of the trainer: 0)
                        run         digits-3f9a1c, attempt 2
                        rented for  12 min 3 s
                        cost        about 0.0542 USD
                        pod         pod1 stopped
                        log         /state/runs/digits-3f9a1c/train.log
                        next        pod-train logs digits-3f9a1c
                                      shows the log again
                                    pod-train -C PROJECT --config configs/digits.yaml
                                      rents nothing while the code and the config stay as they are
                        """.replace("PROJECT", project.toString()));
    }

    @Test
    void wholeLaunchInJsonReadsLikeThis() {
        cli.runs.onLaunch = listener -> {
            listener.planned(Samples.aPlan());
            listener.phase(Phase.READY, "waiting for SSH");
            cli.time.advance(Duration.ofMillis(1500));
            listener.report("image is being pulled");
            listener.warn("the pod is slow");
            listener.log(7, "step 1\nste".getBytes(UTF_8), 10);
            listener.log(17, "p 2 \u001b[31mä".getBytes(UTF_8), 11);
            return new Outcome.Ended(Samples.aReceipt(EndReason.FAILED, 3));
        };

        Cli.Result result = cli.run("--config", "configs/digits.yaml", "--yes", "--json");

        assertThat(result.exitCode()).isEqualTo(6);
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("""
                        {"event":"plan","run":"digits-3f9a1c","local":false,"project":"/home/ada/digits",\
                        "config":"configs/digits.yaml","output_dir":"out/digits","action":"rent",\
                        "reason":"no pod of this run is there","spends":true,"offers":[\
                        {"gpu":"NVIDIA RTX A5000","cloud":"secure","data_center":"EU-RO-1","hourly_price_usd":0.27,"availability":"high"},\
                        {"gpu":"NVIDIA L4","cloud":"secure","data_center":"EU-RO-1","hourly_price_usd":0.43,"availability":"low"}],\
                        "gpu_count":1,"image":"runpod/pytorch:2.8.0","volume":"data (vol1, EU-RO-1)","max_runtime_s":43200,\
                        "max_cost_usd":0,"ceiling_usd":5.16,"idle_timeout_s":1800,"boot_grace_s":1800,"on_exit":"stop","recoveries":null,"capacity_wait_s":0,"balance_usd":12.34,"balance_short":false}
                        {"event":"phase","phase":"ready","detail":"waiting for SSH","elapsed_s":0}
                        {"event":"note","message":"image is being pulled","elapsed_s":1.5}
                        {"event":"warning","message":"the pod is slow"}
                        {"event":"log","offset":7,"text":"step 1\\n"}
                        {"event":"log","offset":14,"text":"step 2 \\u001B[31m\\u00E4"}
                        {"event":"outcome","outcome":"ended","run":"digits-3f9a1c","attempt":2,"pod_id":"pod1","pod":"stopped",\
                        "reason":"failed","trainer_exit_code":3,"billed_s":723,"cost_usd":0.0542,"local":false,\
                        "log":"/state/runs/digits-3f9a1c/train.log","exit_code":6}
                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "FINISHED, 0, 0",
        "FAILED, 1, 6",
        "KILLED, , 6",
        "DEADLINE, , 7",
        "BUDGET, , 7",
        "IDLE, , 7",
        "STOPPED, , 1",
        "LOST, , 1"
    })
    void endOfTheTrainingDecidesTheExitCode(EndReason reason, Integer trainerExitCode, int expected) {
        cli.runs.onLaunch = listener -> new Outcome.Ended(Samples.aReceipt(reason, trainerExitCode));

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result.exitCode()).isEqualTo(expected);
        assertThat(result.err()).contains("outcome     " + ReceiptText.sentence(reason));
    }

    @Test
    void finishedTrainingWhosePodStillRunsIsNotDone() {
        cli.runs.onLaunch =
                listener -> new Outcome.Ended(Samples.aReceipt(EndReason.FINISHED, 0, false, "still running"));

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("warning: pod pod1 was not seen to end and may still be billed:"
                        + " run 'pod-train stop digits-3f9a1c'");
    }

    @Test
    void localCostsNothing() {
        cli.runs.onLaunch = listener -> {
            assertThat(listener.planned(Samples.aLocalPlan())).isTrue();
            return new Outcome.Ended(Samples.aReceipt(EndReason.FINISHED, 0, true, "stopped"));
        };

        Cli.Result result = cli.run("--config", "c.yaml", "--local");

        assertThat(result.err())
                .contains("run         digits-3f9a1c on the local cloud\n")
                .contains("cost        nothing here; on RunPod at most 3.24 USD (MAX_RUNTIME 12 h)\n")
                .contains("cost        nothing; it would have cost about 0.0542 USD\n")
                .contains(" --config c.yaml --local\n");
    }

    @Test
    void commandToLaunchAgainKeepsTheLimitsAndOtherSettings() {
        cli.runs.onLaunch = listener -> {
            listener.planned(Samples.aPlan());
            return new Outcome.Ended(Samples.aReceipt(EndReason.FAILED, 3, false, "stopped"));
        };

        Cli.Result result = cli.run(
                "--config", "c.yaml", "--yes", "--max-cost", "5", "--gpu", "NVIDIA L4", "--set", "BOOT_GRACE=20m");

        assertThat(result.err()).contains(" --config c.yaml --set BOOT_GRACE=20m --gpu='NVIDIA L4' --max-cost=5\n");
    }

    @Test
    void planWithoutLimitsSaysThatThereIsNoCeiling() {
        cli.runs.onLaunch = listener -> {
            listener.planned(Samples.withoutLimits(Samples.aPlan()));
            return new Outcome.Declined();
        };

        Cli.Result result = cli.run("--config", "c.yaml", "--yes");

        assertThat(result.err())
                .contains("cost        no ceiling: set MAX_RUNTIME or MAX_COST\n")
                .contains("guard       ends the pod if no training starts within 30 min\n")
                .contains("at the end  the pod is KEPT and is billed until you end it (ON_EXIT=keep)\n")
                .containsPattern("if it is lost +another pod resumes, up to 3 times\n")
                .containsPattern("if none is free +asks again for 6 h");
    }

    @Test
    void planWarnsOfABalanceThatMayNotLast() {
        cli.runs.onLaunch = listener -> {
            listener.planned(Samples.withBalance(Samples.aPlan(), "5.15"));
            return new Outcome.Declined();
        };

        Cli.Result result = cli.run("--config", "c.yaml", "--yes");

        assertThat(result.err()).contains("balance     5.15 USD: LESS than this attempt may cost.");
    }

    @Test
    void planToStartAStoppedPodNamesItsLimitWithoutAPrice() {
        cli.runs.onLaunch = listener -> {
            listener.planned(Samples.aPlan(Plan.Action.START, false, List.of()));
            return new Outcome.Declined();
        };

        Cli.Result result = cli.run("--config", "c.yaml", "--yes");

        assertThat(result.err())
                .contains("action      start the stopped pod: no pod of this run is there\n")
                .contains("cost        limited by MAX_RUNTIME 12 h\n");
    }

    @Test
    void dryRunAnswersWithThePlanAndDoesNotAsk() {
        cli.runs.onLaunch = listener -> {
            assertThat(listener.planned(Samples.aPlan())).isTrue();
            return new Outcome.Planned(Samples.aPlan());
        };

        Cli.Result result = cli.run("--config", "c.yaml", "--dry-run");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith("run         digits-3f9a1c\n").contains("cost        at most 5.16 USD");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void dryRunInJsonShowsThePlanOnce() {
        cli.runs.onLaunch = listener -> new Outcome.Planned(Samples.aPlan());

        Cli.Result result = cli.run("--config", "c.yaml", "--dry-run", "--json");

        assertThat(result.out().lines()).hasSize(2);
        assertThat(result.out())
                .startsWith("{\"event\":\"plan\",")
                .endsWith(
                        "{\"event\":\"outcome\",\"outcome\":\"planned\",\"run\":\"digits-3f9a1c\",\"exit_code\":0}\n");
    }

    @ParameterizedTest
    @CsvSource({"y, true", "YES, true", "' y ', true", "n, false", "'', false", "yep, false"})
    void rentingNeedsAYes(String answer, boolean expected) {
        cli.terminal.isUsedByAPerson(answer);
        cli.runs.onLaunch = listener -> {
            assertThat(listener.planned(Samples.aPlan())).isEqualTo(expected);
            return new Outcome.Declined();
        };

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result.err()).contains("Rent this? [y/N] ");
    }

    @Test
    void endOfInputIsNoYes() {
        cli.terminal.isUsedByAPerson();
        cli.runs.onLaunch = listener -> {
            assertThat(listener.planned(Samples.aPlan())).isFalse();
            return new Outcome.Declined();
        };

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).endsWith("Rent this? [y/N] \nnothing was rented\n");
    }

    @Test
    void yesIsNotAskedForWhatCostsNothing() {
        cli.terminal.isUsedByAPerson();
        cli.runs.onLaunch = listener -> {
            assertThat(listener.planned(Samples.aPlan(Plan.Action.FOLLOW, false, List.of())))
                    .isTrue();
            return new Outcome.Declined();
        };

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result.err()).doesNotContain("[y/N]");
    }

    @Test
    void withoutATerminalRentingNeedsTheFlag() {
        cli.runs.onLaunch = listener -> {
            listener.planned(Samples.aPlan());
            throw new AssertionError("must not come so far");
        };

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).endsWith("""
                        error: cannot ask whether to rent a pod
                        why:   this needs a yes, and standard input or standard error is not a terminal
                        next:  add --yes to the command if that is what you want
                        left:  nothing was done
                        """);
    }

    @Test
    void finishedRunRentsNothing() {
        cli.runs.onLaunch = listener -> new Outcome.AlreadyFinished(Samples.aReceipt(EndReason.FINISHED, 0));

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result.exitCode()).isZero();
        assertThat(result.err())
                .startsWith("this run is finished and nothing has changed since: nothing was rented\n\noutcome  ");
    }

    @Test
    void detachedLaunchAnswersWithTheCommandsThatGoOn() {
        cli.runs.onLaunch = listener -> new Outcome.Detached(Samples.RUN, "pod1", new BigDecimal("0.27"));

        Cli.Result result = cli.run("--config", "c.yaml", "--detach");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("""
                        the training goes on: run digits-3f9a1c on pod pod1, 0.27 USD/h
                        follow it   pod-train logs -f digits-3f9a1c
                        see it      pod-train status digits-3f9a1c
                        stop it     pod-train stop digits-3f9a1c
                        """);
    }

    @Test
    void interruptedFollowingSaysThatTheTrainingGoesOn() {
        cli.runs.onLaunch = listener -> {
            send(listener, "step 1\n");
            return new Outcome.Interrupted(Samples.RUN, "pod1", new BigDecimal("0.27"));
        };

        Cli.Result result = cli.run("--config", "c.yaml", "--yes");

        assertThat(result.exitCode()).isEqualTo(130);
        assertThat(result.out()).isEqualTo("step 1\n");
        assertThat(result.err())
                .contains("the training goes on: run digits-3f9a1c on pod pod1, 0.27 USD/h\n")
                .contains("pod-train logs -f digits-3f9a1c\n")
                .contains("pod-train stop digits-3f9a1c\n");
    }

    @Test
    void cancelledLaunchSaysWhatIsLeft() {
        cli.runs.onLaunch = listener -> new Outcome.Cancelled(Samples.RUN, "pod pod1 was deleted");

        Cli.Result result = cli.run("--config", "c.yaml", "--yes");

        assertThat(result.exitCode()).isEqualTo(130);
        assertThat(result.err())
                .isEqualTo("cancelled before the training had started\nleft        pod pod1 was deleted\n");
    }

    @Test
    void otherOutcomesInJsonReadLikeThis() {
        BigDecimal price = new BigDecimal("0.27");

        assertThat(lastEvent(new Outcome.Detached(Samples.RUN, "pod1", price)))
                .isEqualTo("{\"event\":\"outcome\",\"outcome\":\"detached\",\"run\":\"digits-3f9a1c\","
                        + "\"pod_id\":\"pod1\",\"hourly_price_usd\":0.27,\"exit_code\":0}\n");
        assertThat(lastEvent(new Outcome.Interrupted(Samples.RUN, "pod1", price)))
                .isEqualTo("{\"event\":\"outcome\",\"outcome\":\"interrupted\",\"run\":\"digits-3f9a1c\","
                        + "\"pod_id\":\"pod1\",\"hourly_price_usd\":0.27,\"exit_code\":130}\n");
        assertThat(lastEvent(new Outcome.Cancelled(null, "nothing was rented")))
                .isEqualTo("{\"event\":\"outcome\",\"outcome\":\"cancelled\",\"run\":null,"
                        + "\"left\":\"nothing was rented\",\"exit_code\":130}\n");
        assertThat(lastEvent(new Outcome.Declined()))
                .isEqualTo("{\"event\":\"outcome\",\"outcome\":\"declined\",\"run\":null,\"exit_code\":1}\n");
        assertThat(lastEvent(new Outcome.AlreadyFinished(Samples.aReceipt(EndReason.FINISHED, null))))
                .startsWith("{\"event\":\"outcome\",\"outcome\":\"already_finished\",\"run\":\"digits-3f9a1c\",")
                .contains("\"trainer_exit_code\":null")
                .endsWith("\"exit_code\":0}\n");
    }

    private static String lastEvent(Outcome outcome) {
        Cli fresh = new Cli();
        fresh.runs.onLaunch = listener -> outcome;
        return fresh.run("--config", "c.yaml", "--json").out();
    }

    @Test
    void logIsWrittenByteForByteUnlessToATerminal() {
        byte[] bytes = {0, 27, '[', '2', 'J', (byte) 0xC3, (byte) 0x28, '\r', 7, (byte) 0x9b, '\n'};
        cli.runs.onLaunch = listener -> {
            listener.log(0, bytes, bytes.length);
            return new Outcome.Declined();
        };

        cli.run("--config", "c.yaml");

        assertThat(cli.terminal.bytesOut()).isEqualTo(bytes);
    }

    @Test
    void onATerminalTheLogIsHarmless() {
        cli.terminal.isUsedByAPerson();
        cli.runs.onLaunch = listener -> {
            send(listener, "loss \u001b[31m0.5\u001b[0m\u001b]0;title\u0007\r50%\u0008\tok");
            return new Outcome.Declined();
        };

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result.out()).isEqualTo("loss 0.5\r50%\tok");
        assertThat(result.err()).startsWith("\nnothing was rented");
    }

    @Test
    void passingLineIsReplacedByWhatFollows() {
        cli.terminal.isUsedByAPerson();
        cli.runs.onLaunch = listener -> {
            listener.report("image is being pulled\nlayer 3");
            listener.phase(Phase.CODE, "sending 3 files");
            return new Outcome.Declined();
        };

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result.err())
                .isEqualTo(
                        "image is being pulled layer 3\r\u001b[K[  0.0s] code: sending 3 files\nnothing was rented\n");
    }

    @Test
    void closedOutputEndsTheFollowingAndSaysThatTheTrainingGoesOn() {
        cli.runs.onLaunch = listener -> {
            listener.planned(Samples.aPlan());
            cli.terminal.outIsClosed = true;
            send(listener, "step 1\n");
            throw new AssertionError("the log must not be followed for nobody");
        };

        Cli.Result result = cli.run("--config", "c.yaml", "--yes");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("standard output is closed")
                .contains("pod-train logs -f digits-3f9a1c")
                .doesNotContain("error:");
    }

    @Test
    void closedOutputDoesNotStopALaunchHalfWay() {
        cli.terminal.outIsClosed = true;
        cli.runs.onLaunch = listener -> {
            listener.planned(Samples.aPlan());
            listener.phase(Phase.POD, "renting");
            throw new ProblemException(new Problem(Problem.Kind.NO_CAPACITY, "a", "b", "c", "d"));
        };

        Cli.Result result = cli.run("--config", "c.yaml", "--yes", "--json");

        assertThat(result.exitCode()).isEqualTo(5);
    }

    private static void send(RunListener listener, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        listener.log(0, bytes, bytes.length);
    }
}
