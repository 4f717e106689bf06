package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.Problem;
import dev.podtrain.run.Check;
import dev.podtrain.run.Check.Level;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorVerbTest {
    private static final Check FINE = new Check("settings", "GPU_COUNT", Level.OK, "1 (default)", null, null);
    private static final Check ODD = new Check("machine", "git", Level.WARNING, "not found", null, "install git");

    private final Cli cli = new Cli();

    @Test
    void eachLineHasItsFixAndTheFirstErrorIsRepeatedAtTheEnd() {
        cli.care.checks = List.of(FINE, error(Problem.Kind.USAGE), ODD);

        Cli.Result result = cli.run("doctor");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEqualTo("""
                ok       settings  GPU_COUNT  1 (default)
                ERROR    account   API key    is missing
                                              -> make one
                warning  machine   git        not found
                                              -> install git

                summary: 1 error, 1 warning
                first:   make one
                """);
    }

    @Test
    void warningsAloneAreDone() {
        cli.care.checks = List.of(FINE, ODD);

        assertThat(cli.run("doctor").exitCode()).isZero();
    }

    @Test
    void withoutAnythingToSayEverythingIsInOrder() {
        cli.care.checks = List.of(FINE);

        assertThat(cli.run("doctor").out()).endsWith("\nsummary: everything is in order\n");
    }

    @ParameterizedTest
    @CsvSource({"USAGE, 2", "NOT_AUTHENTICATED, 4", "FAILED, 1", "NO_CAPACITY, 5"})
    void exitCodeIsWhatTheFirstErrorStandsFor(Problem.Kind kind, int exitCode) {
        cli.care.checks = List.of(ODD, error(kind), error(Problem.Kind.FAILED));

        assertThat(cli.run("doctor").exitCode()).isEqualTo(exitCode);
    }

    @Test
    void jsonIsOneDocument() {
        cli.care.checks = List.of(FINE, error(Problem.Kind.NOT_AUTHENTICATED));

        assertThat(cli.run("doctor", "--json").out()).isEqualTo("""
                {"checks":[{"group":"settings","name":"GPU_COUNT","level":"ok","text":"1 (default)","fix":null},\
                {"group":"account","name":"API key","level":"error","text":"is missing","fix":"make one"}],"errors":1,\
                "warnings":0,"exit_code":4}
                """);
    }

    private static Check error(Problem.Kind kind) {
        return new Check("account", "API key", Level.ERROR, "is missing", kind, "make one");
    }
}
