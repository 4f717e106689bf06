package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.run.RunSelector;
import dev.podtrain.run.TunnelOperations.LocalRequest;
import dev.podtrain.run.TunnelOperations.OpenPort;
import dev.podtrain.run.TunnelOperations.TensorboardRequest;
import dev.podtrain.run.TunnelOperations.TunnelRequest;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TunnelVerbsTest {
    private static final Path HERE = Path.of("").toAbsolutePath();
    private static final OpenPort ON_POD =
            new OpenPort.OnPod(6007, 6006, 6006, "digits-3f9a1c", "pod1", new BigDecimal("0.27"), false);

    private final Cli cli = new Cli();

    @Test
    void wordsBecomeTheRequest() {
        cli.run("tunnel", "8888");
        cli.run("tunnel", "--run", "digits", "8888:9000");
        cli.run("tensorboard");
        cli.run("tensorboard", "--run", "digits", "--no-start");
        cli.run("tensorboard", "--local-dir", "events");

        assertThat(cli.tunnels.requests)
                .containsExactly(
                        new TunnelRequest(new RunSelector(HERE, null), 8888, 8888),
                        new TunnelRequest(new RunSelector(HERE, "digits"), 8888, 9000),
                        new TensorboardRequest(new RunSelector(HERE, null), true),
                        new TensorboardRequest(new RunSelector(HERE, "digits"), false),
                        new LocalRequest(HERE, HERE.resolve("events")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http", "0", "65536", "80:0", "80:", ":80", "1:2:3", "-1"})
    void whatIsNoPortIsRefused(String port) {
        Cli.Result result = cli.run("tunnel", port);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(cli.tunnels.requests).isEmpty();
    }

    @Test
    void filesOfThisMachineAndAPodExcludeEachOther() {
        Cli.Result result = cli.run("tensorboard", "--local-dir", "events", "--run", "digits");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--local-dir shows files of this machine, and --run is about a pod");
    }

    @Test
    void addressIsTheAnswerAndTheRestIsBesideIt() {
        cli.tunnels.onOpen = listener -> listener.opened(ON_POD);

        Cli.Result result = cli.run("tensorboard");

        assertThat(result).isEqualTo(new Cli.Result(0, "http://localhost:6007/\n", """
                        port 6006 of this machine is taken: using 6007
                        leads to port 6006 of pod pod1, which is billed 0.27 USD/h as long as it runs
                        Ctrl+C closes the tunnel; the training goes on
                        pod pod1 has ended, and the tunnel with it
                        outcome     pod-train status digits-3f9a1c
                        """));
    }

    @Test
    void ctrlCClosesTheTunnelAndSaysThatTheTrainingGoesOn() {
        cli.tunnels.onOpen = listener -> {
            listener.opened(ON_POD);
            throw new InterruptedException();
        };

        Cli.Result result = cli.run("tunnel", "6006");

        assertThat(result.exitCode()).isEqualTo(130);
        assertThat(result.err())
                .contains("the tunnel is closed\nthe training goes on: run digits-3f9a1c on pod pod1, 0.27 USD/h\n");
        assertThat(cli.terminal.interruptsOnCtrlC).isTrue();
    }

    @Test
    void eventFilesOfARunWithoutAPodAreOffered() {
        List<Boolean> answers = new ArrayList<>();
        cli.tunnels.onOpen = listener -> answers.add(listener.readsEventFiles("digits-3f9a1c", 3, 1_200_000));
        cli.terminal.isUsedByAPerson("y", "n");

        Cli.Result agreed = cli.run("tensorboard");
        cli.run("tensorboard");
        cli.terminal.interactive = false;
        Cli.Result withoutTerminal = cli.run("tensorboard");
        cli.run("tensorboard", "--yes");

        assertThat(agreed.err())
                .contains("run digits-3f9a1c has no pod. Read its event files (3, 1.2 MB) over S3, for free, and show"
                        + " them here? [y/N]");
        assertThat(withoutTerminal.exitCode()).isEqualTo(2);
        assertThat(withoutTerminal.err()).contains("add --yes");
        assertThat(answers).containsExactly(true, false, true);
    }

    @Test
    void jsonIsAStreamOfEvents() {
        cli.tunnels.onOpen = listener -> {
            listener.opened(ON_POD);
            throw new InterruptedException();
        };

        Cli.Result result = cli.run("tensorboard", "--json");

        assertThat(result.out()).isEqualTo("""
                        {"event":"open","url":"http://localhost:6007/","local_port":6007,"remote_port":6006,\
                        "run":"digits-3f9a1c","pod":"pod1","local":false,"hourly_price_usd":0.27}
                        {"event":"interrupted","exit_code":130}
                        """);
    }

    @Test
    void jsonOfFilesOfThisMachineNamesNoPod() {
        cli.tunnels.onOpen = listener -> listener.opened(new OpenPort.Here(6006, 6006));

        Cli.Result result = cli.run("tensorboard", "--local-dir", "events", "--json");

        assertThat(result.out()).isEqualTo("""
                        {"event":"open","url":"http://localhost:6006/","local_port":6006,"remote_port":null,\
                        "run":null,"pod":null,"local":true,"hourly_price_usd":null}
                        {"event":"end","exit_code":0}
                        """);
    }

    @Test
    void browserThatIsNamedIsOpenedOnce() {
        cli.terminal.environment.put("BROWSER", "true");
        cli.tunnels.onOpen = listener -> {
            listener.opened(ON_POD);
            listener.opened(ON_POD);
        };

        assertThat(cli.run("tensorboard", "--open").err()).doesNotContain("no browser");
    }
}
