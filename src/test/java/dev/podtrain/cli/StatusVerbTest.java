package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.run.RunSelector;
import dev.podtrain.run.StatusReport;
import java.math.BigDecimal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StatusVerbTest {
    private final Cli cli = new Cli();

    @Test
    void runIsChosenByNameOrByProject() {
        cli.run("status", "digits", "--no-refresh");
        cli.run("status", "--no-refresh", "-C", "/tmp");

        assertThat(cli.runs.selectors)
                .containsExactly(
                        new RunSelector(Path.of("").toAbsolutePath(), "digits"),
                        new RunSelector(Path.of("/tmp"), null));
    }

    @Test
    void whatIsKnownComesFirstAndThenWhatIsAsked() {
        cli.runs.onRefresh = progress -> {
            assertThat(cli.terminal.shownOut()).contains("source      this machine");
            return Samples.aRefreshedReport(Samples.training());
        };

        Cli.Result result = cli.run("status");

        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("""
                        run         digits-3f9a1c
                        source      this machine, last change 59 min ago
                        project     /home/ada/digits
                        config      configs/digits.yaml
                        output_dir  out/digits
                        phase       training
                        attempt     1
                        pod         pod1, 1 x NVIDIA RTX A5000 in EU-RO-1, 0.27 USD/h
                        started     2026-11-23T11:01:00Z
                        cost        about 0.27 USD, may still be billed

                        run         digits-3f9a1c
                        source      the provider and the pod, asked just now
                        project     /home/ada/digits
                        config      configs/digits.yaml
                        output_dir  out/digits
                        phase       training
                        attempt     1
                        pod         pod1 running, 1 x NVIDIA RTX A5000 in EU-RO-1, 0.27 USD/h
                        started     2026-11-23T11:01:00Z
                        step        420
                        checkpoint  checkpoint-400
                        cost        about 0.27 USD, may still be billed
                        """);
    }

    @Test
    void runThatIsOverIsNotRefreshed() {
        cli.runs.known = Samples.aReport(Samples.ended(EndReason.FAILED, 3));

        Cli.Result result = cli.run("status");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .contains("started     2026-11-23T11:01:00Z, resumed from checkpoint-100\n")
                .contains("outcome     the training failed (exit code of the trainer: 3)\n")
                .endsWith("cost        about 0.27 USD\n");
    }

    @Test
    void runWhosePodWasNotSeenToEndIsRefreshed() {
        cli.runs.known = Samples.aReport(Samples.endedWithPodUnknown());
        cli.runs.onRefresh = progress -> Samples.aRefreshedReport(Samples.ended(EndReason.FINISHED, 0));

        Cli.Result result = cli.run("status", "--json");

        assertThat(result.out()).contains("\"refreshed\":true");
    }

    @Test
    void nobodyIsAskedIfThatIsWanted() {
        Cli.Result result = cli.run("status", "--no-refresh");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).doesNotContain("\n\n");
    }

    @Test
    void failedRefreshIsSaid() {
        StatusReport report = new StatusReport(
                Samples.training(),
                Samples.START,
                false,
                "training",
                null,
                null,
                null,
                BigDecimal.ONE,
                "the API does not answer");
        cli.runs.onRefresh = progress -> report;

        Cli.Result result = cli.run("status");

        assertThat(result.out())
                .contains("source      this machine, last change 59 min ago; not refreshed: the API does not answer\n");
    }

    @Test
    void localRunCostsNothing() {
        cli.runs.known = Samples.aReport(Samples.local(Samples.ended(EndReason.FINISHED, 0)));

        Cli.Result result = cli.run("status");

        assertThat(result.out())
                .startsWith("run         digits-3f9a1c on the local cloud\n")
                .endsWith("cost        nothing; it would have cost about 0.27 USD\n");
    }

    @Test
    void jsonIsOneDocument() {
        cli.runs.onRefresh = progress -> Samples.aRefreshedReport(Samples.training());

        Cli.Result result = cli.run("status", "--json");

        assertThat(result.out()).isEqualTo("""
                        {"run":"digits-3f9a1c","project":"/home/ada/digits","config":"configs/digits.yaml",\
                        "output_dir":"out/digits","local":false,"phase":"training","as_of":"2026-11-23T12:00:00Z",\
                        "refreshed":true,"problem":null,"attempts":1,"step":420,"checkpoint":"checkpoint-400",\
                        "cost_usd":0.27,"may_be_billed":true,"pod_status":"running","attempt":1,"pod_id":"pod1",\
                        "gpu":"NVIDIA RTX A5000","gpu_count":1,"data_center":"EU-RO-1","hourly_price_usd":0.27,\
                        "started_at":"2026-11-23T11:01:00Z","resumed_from":null,"ended_at":null,"reason":null,\
                        "trainer_exit_code":null}
                        """);
    }

    @Test
    void failureInJsonIsOneDocumentToo() {
        cli.runs.onRefresh = progress -> {
            throw new ProblemException(
                    new Problem(Problem.Kind.NOT_AUTHENTICATED, "cannot ask", "the key is wrong", "set it", "nothing"));
        };

        Cli.Result result = cli.run("status", "--json");

        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.out())
                .isEqualTo("{\"event\":\"error\",\"kind\":\"not_authenticated\",\"what\":\"cannot ask\","
                        + "\"why\":\"the key is wrong\",\"next\":\"set it\",\"left\":\"nothing\",\"exit_code\":4}\n");
    }
}
