package dev.podtrain.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.RunOperations.LogSink;
import dev.podtrain.run.RunOperations.LogsRequest;
import dev.podtrain.run.RunOperations.LogsResult;
import dev.podtrain.run.RunSelector;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogsVerbTest {
    private static final Path HERE = Path.of("").toAbsolutePath();

    private final Cli cli = new Cli();

    @Test
    void optionsBecomeTheRequest() {
        cli.runs.onLogs = sink -> new LogsResult(Samples.training(), 0, false);

        cli.run("logs");
        cli.run("logs", "digits", "-f", "--since-offset", "123456789012");
        cli.run("logs", "--follow", "--tail", "20");

        assertThat(cli.runs.logsRequests)
                .containsExactly(
                        new LogsRequest(new RunSelector(HERE, null), false, -1, -1),
                        new LogsRequest(new RunSelector(HERE, "digits"), true, 123_456_789_012L, -1),
                        new LogsRequest(new RunSelector(HERE, null), true, -1, 20));
    }

    @Test
    void offsetAndTailExcludeEachOther() {
        Cli.Result result = cli.run("logs", "--tail", "1", "--since-offset", "0");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("why:   --since-offset and --tail exclude each other\n");
    }

    @Test
    void logGoesToStandardOutputAsItIs() {
        cli.runs.onLogs = sink -> {
            send(sink, 0, "step 1\r\n\u001b[1mstep 2");
            return new LogsResult(Samples.ended(EndReason.FAILED, 1), 20, true);
        };

        Cli.Result result = cli.run("logs");

        assertThat(result).isEqualTo(new Cli.Result(0, "step 1\r\n\u001b[1mstep 2", ""));
    }

    /** A trainer may print what would clear the screen, rename the window or type commands. */
    @Property(tries = 200)
    void nothingThatATerminalObeysReachesIt(@ForAll("logs") String log) {
        Cli shown = new Cli();
        shown.terminal.isUsedByAPerson();
        shown.runs.onLogs = sink -> {
            send(sink, 0, log);
            return new LogsResult(Samples.training(), log.length(), true);
        };

        Cli.Result result = shown.run("logs");

        assertThat(result.out().chars().filter(c -> c != '\n' && c != '\t' && c != '\r'))
                .noneMatch(c -> c < ' ' || (c >= 0x7f && c <= 0x9f));
    }

    @Provide
    Arbitrary<String> logs() {
        return Arbitraries.oneOf(
                        Arbitraries.of(
                                "\u001b[2J",
                                "\u001b]0;t\u0007",
                                "\u001bP+q\u001b\\",
                                "\u009b2J",
                                "\u001b",
                                "[",
                                "a",
                                "\n"),
                        Arbitraries.strings().ofMaxLength(3))
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }

    @Test
    void whoGivesAnOffsetIsToldTheNextOne() {
        cli.runs.onLogs = sink -> new LogsResult(Samples.training(), 4242, false);

        Cli.Result result = cli.run("logs", "--since-offset", "4000");

        assertThat(result).isEqualTo(new Cli.Result(0, "", "next offset: 4242\n"));
    }

    @ParameterizedTest
    @CsvSource({"FINISHED, 0", "FAILED, 6", "BUDGET, 7", "STOPPED, 1"})
    void followingEndsWithTheExitCodeOfALaunch(EndReason reason, int expected) {
        cli.runs.onLogs = sink -> new LogsResult(Samples.ended(reason, null), 0, true);

        Cli.Result result = cli.run("logs", "-f");

        assertThat(result.exitCode()).isEqualTo(expected);
        assertThat(result.err()).isEqualTo("outcome: " + ReceiptText.sentence(reason) + "\n");
    }

    @Test
    void jsonIsAStreamOfEvents() {
        cli.runs.onLogs = sink -> {
            send(sink, 100, "step 1\nstep");
            send(sink, 111, " 2\n");
            return new LogsResult(Samples.ended(EndReason.FAILED, 3), 114, true);
        };

        Cli.Result result = cli.run("logs", "-f", "--json");

        assertThat(result.exitCode()).isEqualTo(6);
        assertThat(result.out()).isEqualTo("""
                        {"event":"log","offset":100,"text":"step 1\\n"}
                        {"event":"log","offset":107,"text":"step 2\\n"}
                        {"event":"end","run":"digits-3f9a1c","next_offset":114,"complete":true,"reason":"failed",\
                        "trainer_exit_code":3,"exit_code":6}
                        """);
    }

    @Test
    void interruptedFollowingSaysThatTheTrainingGoesOn() {
        interruptWhileFollowing(Samples.training());

        Cli.Result result = cli.run("logs", "-f");

        assertThat(result.exitCode()).isEqualTo(130);
        assertThat(result.out()).isEqualTo("step 1\n");
        assertThat(result.err())
                .startsWith("the training goes on: run digits-3f9a1c on pod pod1, 0.27 USD/h\n")
                .contains("pod-train stop digits-3f9a1c\n");
        assertThat(cli.terminal.interruptsOnCtrlC).isTrue();
    }

    @Test
    void interruptedFollowingInJsonEndsWithAnEvent() {
        interruptWhileFollowing(Samples.training());

        Cli.Result result = cli.run("logs", "-f", "--json");

        assertThat(result.out())
                .endsWith("\n{\"event\":\"interrupted\",\"run\":\"digits-3f9a1c\",\"exit_code\":130}\n");
    }

    @Test
    void interruptedReadingOfAFinishedRunClaimsNothing() {
        interruptWhileFollowing(Samples.ended(EndReason.FINISHED, 0));

        Cli.Result result = cli.run("logs");

        assertThat(result).isEqualTo(new Cli.Result(130, "step 1\n", ""));
    }

    private void interruptWhileFollowing(RunState state) {
        cli.runs.known = Samples.aReport(state);
        cli.runs.onLogs = sink -> {
            send(sink, 0, "step 1\n");
            throw new InterruptedException();
        };
    }

    private static void send(LogSink sink, long offset, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        sink.accept(offset, bytes, bytes.length);
    }
}
