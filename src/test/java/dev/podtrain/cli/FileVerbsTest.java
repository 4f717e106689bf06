package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.data.TransferListener.Comparison;
import dev.podtrain.data.TransferListener.Movement;
import dev.podtrain.data.TransferReport;
import dev.podtrain.run.FileOperations.CopyRequest;
import dev.podtrain.run.FileOperations.SyncRequest;
import dev.podtrain.run.SyncPlan;
import dev.podtrain.run.SyncPlan.Route;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileVerbsTest {
    private static final SyncPlan RENTING = new SyncPlan(
            Route.POD,
            "no pod of this volume is running",
            "k3v9qz71ab",
            "EU-RO-1",
            null,
            "2 vCPUs cpu3c",
            new BigDecimal("0.06"),
            false);

    private final Cli cli = new Cli();

    private CopyRequest onlyPush() {
        assertThat(cli.files.pushes).hasSize(1);
        return cli.files.pushes.get(0);
    }

    @Test
    void pushTakesTheLastPathAsTheDestination() {
        Cli.Result result = cli.run("push", "--run", "digits", "a", "b/", "to/there", "--checksum");

        CopyRequest request = onlyPush();
        assertThat(request.sources()).containsExactly("a", "b/");
        assertThat(request.destination()).isEqualTo("to/there");
        assertThat(request.selector().name()).isEqualTo("digits");
        assertThat(request.checksum()).isTrue();
        assertThat(result.out())
                .isEqualTo("20,000 files, 599.8 MB copied in 5.9 s (101.3 MB/s), 12 unchanged, 3 deleted\n");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void onePathIsNotEnough() {
        Cli.Result result = cli.run("pull", "out");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("only one path is given");
    }

    @Test
    void whatWasLeftOutIsNamedAndTheExitCodeIs1() {
        cli.files.onCopy = listener -> Optional.of(new TransferReport(
                1,
                10,
                0,
                0,
                List.of(new TransferReport.Omission("a/secret", "permission denied")),
                Duration.ofSeconds(1)));

        Cli.Result result = cli.run("push", "a", "b");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("error: not copied, everything else was:", "a/secret: permission denied");
    }

    @Test
    void ctrlCSaysHowToGoOn() {
        cli.files.onCopy = listener -> {
            listener.compared(new Comparison(2, 20, 0, List.of()));
            throw new InterruptedException();
        };

        Cli.Result result = cli.run("pull", "a", "b");

        assertThat(result.exitCode()).isEqualTo(130);
        assertThat(result.err()).contains("none is half-visible", "next:  run the same command again");
    }

    @Test
    void dryRunShowsTheDifferenceAndEnds() {
        cli.files.onCopy = listener -> listener.compared(new Comparison(2, 2_500, 7, List.of()))
                ? Optional.of(Samples.aTransfer())
                : Optional.empty();

        Cli.Result result = cli.run("push", "a", "b", "--dry-run");

        assertThat(result).isEqualTo(new Cli.Result(0, "2 files, 2.5 kB to copy; 7 are there already\n", ""));
    }

    @Test
    void withoutATerminalThereIsALineEveryTenSeconds() {
        cli.files.onCopy = listener -> {
            for (int second = 0; second < 25; second++) {
                listener.moved(new Movement(50_000_000L * second, 2_000_000_000L, second, 40, 5e7, "a/b.wav"));
                cli.time.sleep(Duration.ofSeconds(1));
            }
            return Optional.of(Samples.aTransfer());
        };

        Cli.Result result = cli.run("push", "a", "b");

        assertThat(result.err()).isEqualTo("""
                500.0 MB of 2.0 GB, 25 %, 50.0 MB/s, 30 s left, 10 of 40 files, a/b.wav
                1.0 GB of 2.0 GB, 50 %, 50.0 MB/s, 20 s left, 20 of 40 files, a/b.wav
                """);
    }

    @Test
    void jsonIsAStreamOfEvents() {
        cli.files.onCopy = listener -> {
            listener.compared(new Comparison(2, 20, 1, List.of()));
            cli.time.sleep(Duration.ofSeconds(2));
            listener.moved(new Movement(10, 20, 1, 2, 5, "a"));
            return Optional.of(Samples.aTransfer());
        };

        assertThat(cli.run("push", "a", "b", "--json").out()).isEqualTo("""
                {"event":"comparison","files":2,"bytes":20,"unchanged":1,"extras":[]}
                {"event":"progress","bytes":10,"total_bytes":20,"files":1,"total_files":2,"bytes_per_second":5,"current":"a"}
                {"event":"outcome","outcome":"complete","files":20000,"bytes":599786274,"unchanged":12,"deleted":3,"elapsed_s":5.92,"omissions":[],"exit_code":0}
                """);
    }

    @Test
    void execEndsWithTheCommandsExitCodeAndKeepsItsStreamsApart() {
        cli.files.onExec = output -> {
            output.stdout("out\n".getBytes(StandardCharsets.UTF_8), 4);
            output.stderr("err\n".getBytes(StandardCharsets.UTF_8), 4);
            return Optional.of(42);
        };

        Cli.Result result = cli.run("exec", "--timeout", "1m30s", "ls", "-l", "--json");

        assertThat(result).isEqualTo(new Cli.Result(42, "out\n", "err\n"));
        assertThat(cli.files.execs.get(0).command()).containsExactly("ls", "-l", "--json");
        assertThat(cli.files.execs.get(0).timeout()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void execThatTookTooLongEndsWith124() {
        cli.files.onExec = output -> Optional.empty();

        Cli.Result result = cli.run("exec", "--json", "--", "sleep", "9");

        assertThat(result.exitCode()).isEqualTo(124);
        assertThat(result.out()).isEqualTo("{\"event\":\"outcome\",\"outcome\":\"timed_out\",\"exit_code\":124}\n");
    }

    @Test
    void execNeedsATimeThatIsOne() {
        assertThat(cli.run("exec", "--timeout", "soon", "ls").exitCode()).isEqualTo(2);
    }

    @Test
    void syncDataPassesOnWhatWasAskedFor() {
        cli.run("sync-data", "clips", "--via", "s3", "--delete", "--keep-pod", "--local", "--checksum", "-y");

        SyncRequest request = cli.files.syncs.get(0);
        assertThat(request.paths()).containsExactly("clips");
        assertThat(request.via()).isEqualTo(Route.S3);
        assertThat(List.of(request.delete(), request.keepPod(), request.local(), request.checksum(), !request.dryRun()))
                .containsOnly(true);
    }

    @Test
    void routeThatDoesNotExistIsRefused() {
        assertThat(cli.run("sync-data", "--via", "pigeon").exitCode()).isEqualTo(2);
    }

    @Test
    void planShowsTheRouteAndItsCostAndAPodIsAskedFor() {
        cli.terminal.isUsedByAPerson("n");
        cli.files.onSync = listener -> listener.planned(RENTING) ? Optional.of(Samples.aTransfer()) : Optional.empty();

        Cli.Result result = cli.run("sync-data", "clips");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains(
                        "pod: no pod of this volume is running",
                        "a pod with 2 vCPUs cpu3c at 0.06 USD/h",
                        "Rent this pod for the transfer? [y/N]",
                        "nothing was copied or deleted");
    }

    @Test
    void deletionsAreListedAndAskedFor() {
        cli.terminal.isUsedByAPerson("y");
        cli.files.onSync = listener -> listener.compared(new Comparison(0, 0, 1, List.of("clips/old.wav")))
                ? Optional.of(Samples.aTransfer())
                : Optional.empty();

        Cli.Result result = cli.run("sync-data", "clips", "--delete");

        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).contains("clips/old.wav", "Delete these 1 on the receiving side? [y/N]");
    }

    @Test
    void planAsJson() {
        cli.files.onSync = listener -> {
            listener.planned(RENTING);
            listener.podEnded("pod x was terminated");
            return Optional.of(Samples.aTransfer());
        };

        assertThat(cli.run("sync-data", "clips", "--json", "--yes").out()).startsWith("""
                {"event":"plan","route":"pod","reason":"no pod of this volume is running","volume":"k3v9qz71ab","data_center":"EU-RO-1","pod_id":null,"hardware":"2 vCPUs cpu3c","hourly_price_usd":0.06}
                {"event":"pod_ended","message":"pod x was terminated"}
                """);
    }
}
