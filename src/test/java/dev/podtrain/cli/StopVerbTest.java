package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.ledger.EndReason;
import dev.podtrain.run.Receipt;
import dev.podtrain.run.RunOperations.StopRequest;
import dev.podtrain.run.RunOperations.StopResult;
import dev.podtrain.run.RunSelector;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopVerbTest {
    private static final Receipt STOPPED = Samples.aReceipt(EndReason.STOPPED, 143);
    private static final RunSelector DIGITS = new RunSelector(Path.of("").toAbsolutePath(), "digits-3f9a1c");

    private final Cli cli = new Cli();

    @Test
    void stopNeedsNoYes() {
        cli.runs.onStop = progress -> new StopResult(STOPPED, false);

        Cli.Result result = cli.run("stop", "digits");

        assertThat(cli.runs.stops).containsExactly(new StopRequest(DIGITS, false));
        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("""
                        outcome     stopped on request, before its end (exit code of the trainer: 143)
                        run         digits-3f9a1c, attempt 2
                        rented for  12 min 3 s
                        cost        about 0.0542 USD
                        pod         pod1 stopped
                        log         /state/runs/digits-3f9a1c/train.log
                        next        pod-train logs digits-3f9a1c
                                      shows the log again
                                    pod-train -C /home/ada/digits --config configs/digits.yaml
                                      goes on from the newest whole checkpoint
                        """);
    }

    @Test
    void stopOfWhatHasEndedIsDone() {
        cli.runs.onStop = progress -> new StopResult(Samples.aReceipt(EndReason.FAILED, 1), true);

        Cli.Result result = cli.run("stop");

        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).isEqualTo("it had ended before: nothing had to be done\n");
    }

    @Test
    void jsonIsOneDocument() {
        cli.runs.onStop = progress -> new StopResult(STOPPED, false);

        Cli.Result result = cli.run("stop", "--json");

        assertThat(result.out()).isEqualTo("""
                        {"run":"digits-3f9a1c","attempt":2,"pod_id":"pod1","pod":"stopped","reason":"stopped",\
                        "trainer_exit_code":143,"billed_s":723,"cost_usd":0.0542,"local":false,\
                        "log":"/state/runs/digits-3f9a1c/train.log","already_ended":false,"exit_code":0}
                        """);
    }

    @Test
    void podThatWasNotSeenToEndIsAFailure() {
        cli.runs.onStop =
                progress -> new StopResult(Samples.aReceipt(EndReason.STOPPED, null, false, "still running"), false);

        Cli.Result result = cli.run("stop");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).startsWith("warning: pod pod1 was not seen to end and may still be billed");
    }

    @Test
    void deletingAPodNeedsAYes() {
        cli.terminal.isUsedByAPerson("y");
        cli.runs.onStop = progress -> new StopResult(STOPPED, false);

        Cli.Result result = cli.run("stop", "digits", "--terminate");

        assertThat(cli.runs.stops).containsExactly(new StopRequest(DIGITS, true));
        assertThat(result.err()).startsWith("Delete the pod of digits-3f9a1c with its own disk? [y/N] ");
    }

    @Test
    void noLeavesThePodAlone() {
        cli.terminal.isUsedByAPerson("n");

        Cli.Result result = cli.run("stop", "digits", "--terminate");

        assertThat(cli.runs.stops).isEmpty();
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void withoutATerminalDeletingNeedsTheFlag() {
        Cli.Result result = cli.run("stop", "digits", "--terminate");

        assertThat(cli.runs.stops).isEmpty();
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("next:  add --yes to the command");
    }

    @Test
    void flagIsAYes() {
        cli.runs.onStop = progress -> new StopResult(STOPPED, false);

        assertThat(cli.run("stop", "digits", "--terminate", "-y").exitCode()).isZero();
    }

    @Test
    void localPodIsDeletedWithoutAYes() {
        cli.runs.known = Samples.aReport(Samples.local(Samples.training()));
        cli.runs.onStop = progress -> new StopResult(STOPPED, false);

        assertThat(cli.run("stop", "digits", "--terminate").exitCode()).isZero();
    }

    @Test
    void interruptedStopTellsWhatMayBeLeft() {
        cli.runs.all = List.of(Samples.training());
        cli.runs.onStop = progress -> {
            throw new InterruptedException();
        };

        Cli.Result result = cli.run("stop");

        assertThat(result.exitCode()).isEqualTo(130);
        assertThat(result.err())
                .contains("error: interrupted\n")
                .contains("left:  may still be billed: digits-3f9a1c; 'pod-train status RUN' tells\n");
    }
}
