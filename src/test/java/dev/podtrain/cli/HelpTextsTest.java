package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HelpTextsTest {
    static Stream<String> verbs() {
        return Stream.concat(Stream.of("", "local", "help-texts"), Verbs.WHOLE.stream());
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerbHasHelpWithAnExampleOn80Columns(String verb) {
        Cli.Result result = help(verb);

        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .startsWith("Usage: pod-train" + (verb.isEmpty() ? "" : " " + verb))
                .containsPattern("\nExamples?:\n  ")
                .contains("--json", "--verbose", "-C=DIR");
        assertThat(result.out().lines()).allMatch(line -> line.length() <= 80 && line.equals(line.stripTrailing()));
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyExampleCanBeParsed(String verb) {
        String help = help(verb).out();
        List<String> examples = help.substring(help.lastIndexOf("\nExample"))
                .lines()
                .filter(line -> line.startsWith("  pod-train "))
                .map(line -> line.strip().replaceFirst(" \\|.*", ""))
                .toList();

        for (String example : examples) {
            List<String> words = new ArrayList<>(Arrays.asList(
                    example.replace("'NVIDIA RTX A5000'", "NVIDIA_RTX_A5000").split(" ")));
            Invocation invocation = Invocation.of(words.subList(1, words.size()).toArray(String[]::new));
            HelpTexts.commandLine(Verbs.named(invocation.verb()).orElseThrow().spec())
                    .parseArgs(invocation.arguments().toArray(String[]::new));
        }
    }

    @Test
    void mainHelpNamesVerbsAndExitCodes() {
        String help = help("").out();

        assertThat(help).contains(Verbs.SHOWN);
        for (ExitCode code : ExitCode.values()) {
            assertThat(help)
                    .containsPattern("\n  " + code.code() + " +"
                            + Pattern.quote(code.meaning().substring(0, 10)));
        }
    }

    @Test
    void helpVerbIsAnotherWordForTheOption() {
        assertThat(new Cli().run("help", "local", "up")).isEqualTo(help("local up"));
        assertThat(new Cli().run("help")).isEqualTo(help(""));
    }

    @Test
    void writtenTextsAreWhatTheProgramPrints(@TempDir Path directory) throws IOException {
        Cli.Result result = new Cli().run("help-texts", directory.resolve("a/b").toString());

        assertThat(result).isEqualTo(new Cli.Result(0, "", ""));
        assertThat(directory.resolve("a/b/pod-train.txt")).hasContent(help("").out());
        assertThat(directory.resolve("a/b/version.txt")).hasContent("pod-train 1.2.3\n");
        assertThat(directory.resolve("a/b/pod-train-local.txt"))
                .hasContent(help("local").out());
        for (String verb : Verbs.WHOLE) {
            assertThat(Files.readString(directory.resolve("a/b/pod-train-" + verb.replace(' ', '-') + ".txt")))
                    .isEqualTo(help(verb).out());
        }
        for (String shell : List.of("bash", "zsh", "fish")) {
            assertThat(Files.readString(directory.resolve("a/b/completion-" + shell + ".txt")))
                    .isEqualTo(new Cli().run("completion", shell).out());
        }
    }

    @Test
    void directoryThatCannotBeMadeIsAProblem(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        Cli.Result result = new Cli().run("help-texts", file.resolve("below").toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).startsWith("error: could not write the help texts\n");
    }

    private static Cli.Result help(String verb) {
        List<String> words = new ArrayList<>(verb.isEmpty() ? List.of() : List.of(verb.split(" ")));
        words.add("--help");
        return new Cli().run(words.toArray(String[]::new));
    }
}
