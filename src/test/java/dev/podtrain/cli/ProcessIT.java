package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a process of its own can show: real signals, real streams, and which classes are loaded. */
@Timeout(180)
class ProcessIT {
    private final Path directory;
    private final List<Process> started = new ArrayList<>();

    ProcessIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void firstCtrlCLetsTheUseCaseEndInOrder() throws Exception {
        Process program = start("--default-signal=INT", List.of(), "--config", "follow");
        assertThat(nextLine(program)).isEqualTo("step 1");

        sendCtrlC(program);

        assertThat(program.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(130);
        assertThat(err()).startsWith("the training goes on: run digits-3f9a1c on pod pod1, 0.27 USD/h\n");
    }

    @Test
    void secondCtrlCEndsAtOnce() throws Exception {
        Process program = start("--default-signal=INT", List.of(), "--config", "stubborn");
        BufferedReader out = program.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("step 1");

        sendCtrlC(program);
        assertThat(out.readLine()).isEqualTo("still here");
        sendCtrlC(program);

        assertThat(program.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(130);
        assertThat(err()).endsWith("\nended at once: 'pod-train runs' shows what may still be billed\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP", "TERM"})
    void closedTerminalAndPoliteKillEndInOrderHoweverOftenTheyCome(String signal) throws Exception {
        Process program = start("--default-signal=INT,HUP,TERM", List.of(), "--config", "stubborn");
        BufferedReader out = program.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("step 1");

        send(signal, program);
        assertThat(out.readLine()).isEqualTo("still here");
        send(signal, program);
        send(signal, program);

        assertThat(program.isAlive()).isTrue();
        sendCtrlC(program);
        assertThat(program.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(130);
    }

    @Test
    void ctrlCAtAQuestionEndsAtOnce() throws Exception {
        Process program = start("--default-signal=INT", List.of("-Dpodtrain.tty=02"), "--config", "ask");
        awaitErr("Rent this? [y/N] ");

        sendCtrlC(program);

        assertThat(program.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(130);
        assertThat(err()).endsWith("\ncancelled: nothing was done\n");
    }

    /** The prompt may be read, and Ctrl+C be typed, before the program has begun to wait for the answer. */
    @Test
    void ctrlCJustBeforeAQuestionIsWaitedForEndsAtOnceToo() throws Exception {
        Process program = start("--default-signal=INT", List.of("-Dpodtrain.tty=02"), "--config", "ask-late");

        assertThat(program.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(130);
        assertThat(err()).endsWith("\ncancelled: nothing was done\n");
    }

    @Test
    void ctrlCStaysIgnoredWhereItWas() throws Exception {
        Process program = start("--ignore-signal=INT", List.of("-Dpodtrain.tty=02"), "--config", "ask");
        awaitErr("Rent this? [y/N] ");

        sendCtrlC(program);
        program.getOutputStream().write('\n');
        program.getOutputStream().close();

        assertThat(program.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(1);
        assertThat(err()).endsWith("nothing was rented\n");
    }

    @Test
    void pipesAreNoTerminals() throws Exception {
        Process program = start("--default-signal=INT", List.of(), "--config", "ask");

        assertThat(program.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(2);
        assertThat(err()).contains("next:  add --yes to the command");
    }

    @Test
    void withoutVerboseNoLoggingLibraryIsLoaded() throws Exception {
        Path classes = directory.resolve("classes");

        Process program = start("--default-signal=INT", List.of("-Xlog:class+load:file=" + classes), "--config", "log");

        assertThat(program.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(err()).isEqualTo("nothing was rented\n");
        assertThat(Files.readString(classes))
                .contains("dev.podtrain.cli.LaunchVerb ")
                .contains("org.slf4j.helpers.NOPLogger ")
                .doesNotContain("ch.qos.logback.")
                .doesNotContain("com.fasterxml.jackson.")
                .doesNotContain("dev.podtrain.cli.StatusVerb ");
    }

    @Test
    void withVerboseTheInsideIsOnStandardError() throws Exception {
        Process program = start(
                "--default-signal=INT",
                List.of("-Dlogback.configurationFile=logback.xml"),
                "--config",
                "log",
                "--verbose");

        assertThat(program.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(nextLine(program)).isNull();
        assertThat(err()).containsPattern("DEBUG \\[main\\] dev.podtrain.played: inside \\?\\[2J\n");
    }

    /**
     * @param disposition for {@code env}: whether the program starts with Ctrl+C ignored must not depend on how these tests
     *     were started
     */
    private Process start(String disposition, List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", disposition));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PlayedProgram.class.getName()));
        command.addAll(List.of(arguments));
        Process program = new ProcessBuilder(command)
                .redirectError(directory.resolve("err").toFile())
                .start();
        started.add(program);
        return program;
    }

    private static @Nullable String nextLine(Process program) throws IOException {
        return program.inputReader(StandardCharsets.UTF_8).readLine();
    }

    private static void sendCtrlC(Process program) throws Exception {
        send("INT", program);
    }

    private static void send(String signal, Process program) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(program.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private void awaitErr(String end) throws Exception {
        for (int i = 0; i < 1800 && !err().endsWith(end); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(err()).endsWith(end);
    }

    private String err() throws IOException {
        return Files.readString(directory.resolve("err"));
    }
}
