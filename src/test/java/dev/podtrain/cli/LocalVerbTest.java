package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LocalVerbTest {
    private final Cli cli = new Cli();

    @Test
    void upShowsWhereItAnswers() {
        Cli.Result result = cli.run("local", "up");

        assertThat(result).isEqualTo(new Cli.Result(0, """
                                local cloud running
                                api         http://127.0.0.1:4242
                                s3          http://127.0.0.1:4242/s3/
                                process     4711
                                pods        1 running
                                state       /state/local
                                """, "warning: it is slow today\n"));
    }

    @Test
    void downLeavesTheState() {
        Cli.Result result = cli.run("local", "down");

        assertThat(cli.localCloud.calls).containsExactly("down");
        assertThat(result).isEqualTo(new Cli.Result(0, "local cloud not running\nstate       /state/local\n", ""));
    }

    @Test
    void statusInJsonIsOneDocument() {
        Cli.Result result = cli.run("local", "status", "--json");

        assertThat(result.out())
                .isEqualTo("{\"running\":false,\"api_url\":null,\"s3_url\":null,\"pid\":null,\"pods_running\":0,"
                        + "\"state_directory\":\"/state/local\"}\n");
    }

    @Test
    void resetNeedsAYes() {
        cli.terminal.isUsedByAPerson("y");

        Cli.Result result = cli.run("local", "reset");

        assertThat(cli.localCloud.calls).containsExactly("reset");
        assertThat(result.err()).isEqualTo("Delete everything in /state/local? [y/N] ");
    }

    @Test
    void noLeavesTheStateAlone() {
        cli.terminal.isUsedByAPerson("n");

        Cli.Result result = cli.run("local", "reset");

        assertThat(cli.localCloud.calls).isEmpty();
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void withoutATerminalResetNeedsTheFlag() {
        assertThat(cli.run("local", "reset").exitCode()).isEqualTo(2);
        assertThat(cli.run("local", "reset", "--yes").exitCode()).isZero();
        assertThat(cli.localCloud.calls).containsExactly("reset");
    }

    @Test
    void localAloneSaysWhatIsMissing() {
        Cli.Result result = cli.run("local");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("why:   it needs up, down, status or reset\n");
    }
}
