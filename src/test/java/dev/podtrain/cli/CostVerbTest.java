package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.ledger.RunState;
import dev.podtrain.run.CostReport;
import dev.podtrain.run.CostReport.AttemptCost;
import dev.podtrain.run.CostReport.Billed;
import dev.podtrain.run.CostReport.Difference;
import dev.podtrain.run.CostReport.Difference.Kind;
import dev.podtrain.run.CostReport.Share;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CostVerbTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final Cli cli = new Cli();

    @Test
    void estimateAndBillStandSideBySideWithTheDifference() {
        cli.care.cost = billed();

        Cli.Result result = cli.run("cost", "digits");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("""
                run         digits-3f9a1c
                attempts    ATTEMPT  POD   PRICE       BOOT             TRAINING       AFTER            ESTIMATE
                            1        pod1  0.60 USD/h  5 min, 0.05 USD  1 h, 0.60 USD  -                0.65 USD
                            2        pod2  0.60 USD/h  30 s, 0.005 USD  1 h, 0.60 USD  30 s, 0.005 USD  0.61 USD  so far
                estimate    about 1.26 USD
                billed      1.22 USD (compute 1.20 USD, disks 0.02 USD)
                difference  +0.02 USD  disks: the estimate counts the pod's price alone
                            -0.06 USD  the hour that is going on is billed in part, some minutes late
                """);
    }

    @Test
    void withoutABillTheEstimateStandsAlone() {
        cli.care.cost = report(List.of(first()), null, "could not list: no connection to api.runpod.io");

        Cli.Result result = cli.run("cost");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).endsWith("""
                        estimate    about 0.65 USD
                        billed      not known: could not list: no connection to api.runpod.io
                        """);
    }

    @Test
    void runWithoutAPodCostsNothing() {
        cli.care.cost = report(List.of(), null, null);

        assertThat(cli.run("cost").out()).endsWith("cost        nothing: no pod was rented for it\n");
    }

    @Test
    void jsonIsOneDocument() {
        cli.care.cost = billed();

        assertThat(cli.run("cost", "--json").out()).isEqualTo("""
                {"run":"digits-3f9a1c","local":false,"as_of":"2026-11-23T12:00:00Z","attempts":[{"attempt":1,\
                "pod_id":"pod1","gpu":"NVIDIA RTX A5000","gpu_count":1,"hourly_price_usd":0.6,"boot_s":300,\
                "boot_usd":0.05,"training_s":3600,"training_usd":0.6,"after_s":0,"after_usd":0,"estimate_usd":0.65,\
                "may_be_billed":false},{"attempt":2,"pod_id":"pod2","gpu":"NVIDIA RTX A5000","gpu_count":1,\
                "hourly_price_usd":0.6,"boot_s":30,"boot_usd":0.005,"training_s":3600,"training_usd":0.6,"after_s":30,\
                "after_usd":0.005,"estimate_usd":0.61,"may_be_billed":true}],"estimate_usd":1.26,"billed_usd":1.22,\
                "billed_compute_usd":1.2,"billed_disk_usd":0.02,"differences":[{"kind":"disk","usd":0.02},\
                {"kind":"current_hour","usd":-0.06}],"problem":null}
                """);
    }

    private static CostReport billed() {
        AttemptCost second = new AttemptCost(
                2,
                "pod2",
                "NVIDIA RTX A5000",
                1,
                new BigDecimal("0.60"),
                share(30, "0.005"),
                share(3600, "0.60"),
                share(30, "0.005"),
                true);
        return report(
                List.of(first(), second),
                new Billed(new BigDecimal("1.22"), new BigDecimal("1.20"), new BigDecimal("0.02")),
                null);
    }

    private static AttemptCost first() {
        return new AttemptCost(
                1,
                "pod1",
                "NVIDIA RTX A5000",
                1,
                new BigDecimal("0.60"),
                share(300, "0.05"),
                share(3600, "0.60"),
                share(0, "0"),
                false);
    }

    private static Share share(int seconds, String usd) {
        return new Share(Duration.ofSeconds(seconds), new BigDecimal(usd));
    }

    private static CostReport report(List<AttemptCost> attempts, @Nullable Billed billed, @Nullable String problem) {
        RunState run = Samples.training();
        BigDecimal estimate = attempts.stream().map(AttemptCost::totalUsd).reduce(BigDecimal.ZERO, BigDecimal::add);
        List<Difference> differences = billed == null
                ? List.of()
                : List.of(
                        new Difference(Kind.DISK, new BigDecimal("0.02")),
                        new Difference(Kind.CURRENT_HOUR, new BigDecimal("-0.06")));
        return new CostReport(run, NOW, attempts, estimate, billed, differences, problem);
    }
}
