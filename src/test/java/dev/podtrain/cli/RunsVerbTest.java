package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.ledger.EndReason;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunsVerbTest {
    private final Cli cli = new Cli();

    @Test
    void tableNamesWhatMayBeBilled() {
        cli.runs.all = List.of(
                Samples.training(),
                Samples.intendedOnly(),
                Samples.ended(EndReason.FAILED, 1),
                Samples.local(Samples.training()));

        Cli.Result result = cli.run("runs");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("""
                        RUN            PROJECT  STATE     ATTEMPTS  CHANGED     COST         WHERE  MAY BE BILLED
                        digits-3f9a1c  digits   training  1         59 min ago  0.2696 USD   cloud  yes
                        digits-3f9a1c  digits   intended  1         1 h ago     0.00 USD     cloud  yes
                        digits-3f9a1c  digits   failed    1         29 min ago  0.135 USD    cloud  no
                        digits-3f9a1c  digits   training  1         59 min ago  -            local  no
                        """.replace("USD   ", "USD  ")
                .replace("COST         ", "COST        ")
                .replace("-            local", "-           local"));
    }

    @Test
    void withoutRunsTheAnswerIsEmpty() {
        Cli.Result result = cli.run("runs");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("no runs yet");
    }

    @Test
    void jsonIsOneDocument() {
        cli.runs.all = List.of(Samples.training());

        Cli.Result result = cli.run("runs", "--json");

        assertThat(result.out()).isEqualTo("""
                        {"runs":[{"run":"digits-3f9a1c","project":"/home/ada/digits","config":"configs/digits.yaml",\
                        "output_dir":"out/digits","local":false,"state":"training","attempts":1,\
                        "last_change":"2026-11-23T11:01:00Z","cost_usd":0.2696,"may_be_billed":true}]}
                        """);
    }

    @Test
    void withoutRunsTheJsonListIsEmpty() {
        assertThat(cli.run("runs", "--json").out()).isEqualTo("{\"runs\":[]}\n");
    }
}
