package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.run.CareOperations.Account;
import dev.podtrain.run.CareOperations.SweepRequest;
import dev.podtrain.run.CareOperations.Swept;
import dev.podtrain.run.FoundPod;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepVerbTest {
    private static final Account ACCOUNT = new Account(Path.of("").toAbsolutePath(), false);

    private final Cli cli = new Cli();

    @Test
    void tableShowsWhatEachPodCostsADay() {
        cli.care.pods = List.of(
                aPod("pod1", "running", FoundPod.Activity.TRAINING),
                aPod("pod2", "exited", FoundPod.Activity.STOPPED),
                aStranger());

        Cli.Result result = cli.run("sweep");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("""
                POD   NAME                        RUN                       STATE    RENTED   COST          KNOWN HERE  ACTIVITY
                pod1  pod-train-digits-3f9a1c-a2  digits-3f9a1c, attempt 2  running  1 h ago  6.50 USD/day  yes         training
                pod2  pod-train-digits-3f9a1c-a2  digits-3f9a1c, attempt 2  exited   1 h ago  6.50 USD/day  yes         none
                pod9  pod-train-by-hand           -                         running  ?        6.50 USD/day  no          not ours: not touched
                all of ours: 13.00 USD/day
                """);
        assertThat(result.err()).contains("cost: the pod's price", "never touched");
        assertThat(cli.care.accounts).containsExactly(ACCOUNT);
        assertThat(cli.care.sweeps).isEmpty();
    }

    @Test
    void withoutPodsThereIsNothingToShow() {
        Cli.Result result = cli.run("sweep", "--stop", "--local");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("no pod of this program is on the local cloud\nthere is nothing to end\n");
    }

    @Test
    void stoppingIsAboutRunningPodsOfOursOnly() {
        cli.terminal.isUsedByAPerson("y");
        cli.care.pods = List.of(
                aPod("pod1", "running", FoundPod.Activity.TRAINING),
                aPod("pod2", "exited", FoundPod.Activity.STOPPED),
                aPod("pod3", "running", FoundPod.Activity.IDLE),
                aStranger());
        cli.care.swept = List.of(
                new Swept("pod1", "n", Swept.Result.SKIPPED, "a training is under way"),
                new Swept("pod3", "n", Swept.Result.STOPPED, "its GPU is not billed any more"));

        Cli.Result result = cli.run("sweep", "--stop");

        assertThat(cli.care.sweeps).containsExactly(new SweepRequest(ACCOUNT, List.of("pod1", "pod3"), false, false));
        assertThat(result.err()).contains("Stop these 2 pods, but not the 1 that may be training? [y/N] ");
        assertThat(result.out()).endsWith("""

                pod pod1  skipped:  a training is under way
                pod pod3  stopped:  its GPU is not billed any more
                """);
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void podThatCouldNotBeEndedIsAFailure() {
        cli.care.pods = List.of(aPod("pod2", "exited", FoundPod.Activity.STOPPED));
        cli.care.swept = List.of(new Swept("pod2", "n", Swept.Result.FAILED, "no"));

        Cli.Result result = cli.run("sweep", "--terminate", "--all", "--yes");

        assertThat(cli.care.sweeps).containsExactly(new SweepRequest(ACCOUNT, List.of("pod2"), true, true));
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void noEndsNothing() {
        cli.terminal.isUsedByAPerson("n");
        cli.care.pods = List.of(aPod("pod1", "running", FoundPod.Activity.IDLE));

        assertThat(cli.run("sweep", "--stop").exitCode()).isEqualTo(1);
        assertThat(cli.care.sweeps).isEmpty();
    }

    @Test
    void withoutATerminalEndingNeedsTheFlag() {
        cli.care.pods = List.of(aPod("pod1", "running", FoundPod.Activity.IDLE));

        Cli.Result result = cli.run("sweep", "--stop");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("next:  add --yes to the command");
        assertThat(cli.care.sweeps).isEmpty();
    }

    @Test
    void stopAndTerminateExcludeEachOther() {
        assertThat(cli.run("sweep", "--stop", "--terminate").exitCode()).isEqualTo(2);
        assertThat(cli.care.accounts).isEmpty();
    }

    @Test
    void jsonIsOneDocument() {
        cli.care.pods = List.of(aPod("pod1", "running", FoundPod.Activity.IDLE));
        cli.care.swept = List.of(new Swept("pod1", "n", Swept.Result.STOPPED, "done"));

        Cli.Result result = cli.run("sweep", "--stop", "--yes", "--json");

        assertThat(result.out()).isEqualTo("""
                {"pods":[{"pod_id":"pod1","name":"pod-train-digits-3f9a1c-a2","ours":true,"run":"digits-3f9a1c",\
                "attempt":2,"status":"running","created_at":"2026-11-23T11:00:00Z","hourly_price_usd":0.27,\
                "daily_usd":6.5,"known_here":true,"on_network_volume":true,"activity":"idle"}],"daily_usd":6.5,\
                "as_of":"2026-11-23T12:00:00Z","results":[{"pod_id":"pod1","result":"stopped","detail":"done"}],\
                "exit_code":0}
                """);
    }

    private static FoundPod aPod(String id, String status, FoundPod.Activity activity) {
        return new FoundPod(
                id,
                "pod-train-digits-3f9a1c-a2",
                true,
                "digits-3f9a1c",
                2,
                status,
                Samples.START,
                new BigDecimal("0.27"),
                new BigDecimal("6.50"),
                true,
                true,
                activity);
    }

    private static FoundPod aStranger() {
        return new FoundPod(
                "pod9",
                "pod-train-by-hand",
                false,
                null,
                0,
                "running",
                null,
                new BigDecimal("0.27"),
                new BigDecimal("6.50"),
                false,
                false,
                FoundPod.Activity.UNKNOWN);
    }
}
