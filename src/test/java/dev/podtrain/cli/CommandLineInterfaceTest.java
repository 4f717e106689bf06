package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.Phase;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CommandLineInterfaceTest {
    private static final String HOSTILE = "\u001b[2J\u001b]0;x\u0007\u009b31m\u0008\rcolour\u202e";

    private final Cli cli = new Cli();

    @Test
    void nothingTypedShowsHowToGoOn() {
        Cli.Result result = cli.run();

        assertThat(result).isEqualTo(new Cli.Result(2, "", """
                                usage: pod-train --config FILE [OPTIONS]
                                       pod-train VERB [OPTIONS]
                                verbs: logs, status, stop, runs, cost, sweep, doctor, sync-data, push, pull, exec, tensorboard, tunnel, local, completion
                                next:  run 'pod-train --help'
                                """));
    }

    @Test
    void versionIsTheAnswer() {
        assertThat(cli.run("--version")).isEqualTo(new Cli.Result(0, "pod-train 1.2.3\n", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "sttus, unknown verb 'sttus', did you mean 'status'?, pod-train --help",
        "local upp, unknown verb 'local upp', did you mean 'local up'?, pod-train local --help",
        "c.yaml, unknown verb 'c.yaml', a config has --config in front: pod-train --config c.yaml, pod-train --help",
        "xyzzy, unknown verb 'xyzzy', there is none of that name, pod-train --help",
        "status --no-refersh, unknown option '--no-refersh', did you mean '--no-refresh'?, pod-train status --help",
        "--confg x, unknown option '--confg', did you mean '--config'?, pod-train --help",
        "runs --token=hidden, unknown option '--token', there is none of that name, pod-train runs --help",
        "--config x status, unexpected argument 'status', a verb is the first word: pod-train status, pod-train --help",
        "status a b, unexpected argument 'b', there is no place for it, pod-train status --help",
        "logs --tail many, the command line cannot be understood, "
                + "invalid value for option '--tail': 'many' is not a whole number from 0 on, pod-train logs --help",
        "completion, the command line cannot be understood, missing required parameter: 'SHELL', "
                + "pod-train completion --help"
    })
    void mistakeIsToldInFourLabelledLines(String typed, String what, String why, String help) {
        Cli.Result result = cli.run(typed.split(" "));

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .startsWith("error: " + what + "\nwhy:   " + why + "\nusage: pod-train ")
                .endsWith("\nnext:  run '" + help + "'\n")
                .doesNotContain("hidden");
        assertThat(result.err().lines().count()).isLessThanOrEqualTo(5);
    }

    @Test
    void mistakeInJsonIsADocument() {
        Cli.Result result = cli.run("runs", "--json", "--bogus");

        assertThat(result.out())
                .isEqualTo("{\"event\":\"error\",\"kind\":\"usage\",\"what\":\"unknown option '--bogus'\","
                        + "\"why\":\"there is none of that name\",\"next\":\"run 'pod-train runs --help'\","
                        + "\"left\":\"nothing was rented\",\"exit_code\":2}\n");
    }

    @Test
    void sharedOptionsMayStandBeforeTheVerb() {
        Cli.Result result = cli.run("-C", "/tmp", "--json", "--verbose", "runs");

        assertThat(result).isEqualTo(new Cli.Result(0, "{\"runs\":[]}\n", ""));
    }

    @Test
    void directoryMustBeThere() {
        Cli.Result result = cli.run("-C", "/nowhere/at/all", "runs");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("why:   /nowhere/at/all does not exist\n");
    }

    @ParameterizedTest
    @CsvSource({"FAILED, 1", "USAGE, 2", "NOT_AUTHENTICATED, 4", "NO_CAPACITY, 5"})
    void kindOfProblemDecidesTheExitCode(Problem.Kind kind, int expected) {
        stopsWith(new Problem(kind, "could not start a pod", "no RTX 4090 is free", "try later", "nothing was rented"));

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result).isEqualTo(new Cli.Result(expected, "", """
                                error: could not start a pod
                                why:   no RTX 4090 is free
                                next:  try later
                                left:  nothing was rented
                                """));
    }

    @ParameterizedTest
    @EnumSource(Problem.Kind.class)
    void problemInJsonNamesItsKind(Problem.Kind kind) {
        stopsWith(new Problem(kind, "a", "b", "c", "d"));

        Cli.Result result = cli.run("--config", "c.yaml", "--json");

        assertThat(result.out())
                .isEqualTo("{\"event\":\"error\",\"kind\":\"" + kind.name().toLowerCase(Locale.ROOT)
                        + "\",\"what\":\"a\",\"why\":\"b\",\"next\":\"c\",\"left\":\"d\",\"exit_code\":"
                        + result.exitCode() + "}\n");
    }

    @Test
    void furtherLinesOfAProblemCannotPassForLabels() {
        stopsWith(new Problem(Problem.Kind.FAILED, "a", "two things:\nleft:  nothing", "c", "pod1 runs"));

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result.err()).isEqualTo("""
                        error: a
                        why:   two things:
                               left:  nothing
                        next:  c
                        left:  pod1 runs
                        """);
    }

    @Test
    void onATerminalProblemsAreWrappedAndColoured() {
        cli.terminal.isUsedByAPerson();
        cli.terminal.environment.put("NO_COLOR", "");
        cli.terminal.environment.put("COLUMNS", "40");
        stopsWith(new Problem(Problem.Kind.FAILED, "a", "the network volume exists in one data center only", "c", "d"));

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result.err()).isEqualTo("""
                        \u001b[1;31merror:\u001b[0m a
                        \u001b[1mwhy:  \u001b[0m the network volume exists in one
                               data center only
                        \u001b[1mnext: \u001b[0m c
                        \u001b[1mleft: \u001b[0m d
                        """);
    }

    @Test
    void noColourOnADumbTerminal() {
        cli.terminal.isUsedByAPerson();
        cli.terminal.environment.remove("NO_COLOR");
        cli.terminal.environment.put("TERM", "dumb");
        stopsWith(new Problem(Problem.Kind.FAILED, "a", "b", "c", "d"));

        assertThat(cli.run("--config", "c.yaml").err()).startsWith("error: a\n");
    }

    @Test
    void textFromOutsideCannotCommandTheTerminal() {
        cli.terminal.isUsedByAPerson();
        cli.runs.onLaunch = listener -> {
            listener.phase(Phase.POD, HOSTILE);
            listener.warn(HOSTILE);
            throw new ProblemException(new Problem(Problem.Kind.FAILED, HOSTILE, HOSTILE, HOSTILE, HOSTILE));
        };

        Cli.Result result = cli.run("--config", "c.yaml", "--verbose");

        assertThat(result.err())
                .contains("pod: colour")
                .contains("warning: colour")
                .contains("error: colour");
        assertThat(result.err().chars().filter(c -> c != '\n' && c != '\t'))
                .noneMatch(c -> c < ' ' || (c >= 0x7f && c <= 0x9f) || c == 0x202e);
    }

    @Test
    void traceIsShownOnlyWhenAskedFor() {
        stopsWith(new Problem(Problem.Kind.FAILED, "a", "b", "c", "d"));

        assertThat(cli.run("--config", "c.yaml").err()).doesNotContain("at dev.podtrain");
        assertThat(cli.run("--config", "c.yaml", "--verbose").err()).contains("at dev.podtrain");
    }

    @Test
    void faultOfTheProgramIsAdmittedAndNamesWhatMayBeBilled() {
        cli.runs.all = List.of(Samples.training(), Samples.local(Samples.training()));
        cli.runs.onLaunch = listener -> {
            throw new IllegalStateException("must not happen");
        };

        Cli.Result result = cli.run("--config", "c.yaml");

        assertThat(result).isEqualTo(new Cli.Result(1, "", """
                                error: stopped by a fault in the program itself
                                why:   IllegalStateException: must not happen
                                next:  run the same command with --verbose and report it, with what that prints
                                left:  may still be billed: digits-3f9a1c; 'pod-train status RUN' tells
                                """));
    }

    @Test
    void faultThatAlsoHidesTheRunsSaysSo() {
        int exitCode = new CommandLineInterface(
                        () -> {
                            throw new NoClassDefFoundError("gone");
                        },
                        () -> cli.files,
                        () -> cli.tunnels,
                        () -> cli.care,
                        () -> cli.localCloud,
                        cli.terminal,
                        cli.time,
                        "1.2.3")
                .run("runs");

        assertThat(exitCode).isEqualTo(1);
        assertThat(cli.terminal.shownErr())
                .contains("why:   NoClassDefFoundError: gone\n")
                .contains("left:  unknown: run 'pod-train runs' to see what may still be billed\n");
    }

    @Test
    void closedOutputIsNoError() {
        cli.terminal.outIsClosed = true;
        cli.runs.all = List.of(Samples.training());

        assertThat(cli.run("runs")).isEqualTo(new Cli.Result(1, "", ""));
    }

    @Test
    void onlyTheVerbThatIsAskedForLoadsTheUseCases() {
        int exitCode = new CommandLineInterface(
                        () -> {
                            throw new AssertionError("not needed");
                        },
                        () -> cli.files,
                        () -> cli.tunnels,
                        () -> cli.care,
                        () -> cli.localCloud,
                        cli.terminal,
                        cli.time,
                        "1.2.3")
                .run("local", "status");

        assertThat(exitCode).isZero();
    }

    private void stopsWith(Problem problem) {
        cli.runs.onLaunch = listener -> {
            throw new ProblemException(problem);
        };
    }

    @Test
    void declinedIsNotDone() {
        cli.runs.onLaunch = listener -> new Outcome.Declined();

        assertThat(cli.run("--config", "c.yaml").exitCode()).isEqualTo(1);
    }
}
