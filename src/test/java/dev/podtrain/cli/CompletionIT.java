package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The completion scripts in the shells themselves; a shell that is not installed is left out. */
class CompletionIT {
    private final Path directory;

    CompletionIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void makeAProject() throws IOException {
        Files.createDirectory(directory.resolve("my configs"));
        Files.createFile(directory.resolve("base.yaml"));
        for (Completion shell : Completion.values()) {
            Files.writeString(directory.resolve("completion." + shell.word()), shell.script() + "\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "st|status stop",
                "--loc|--local",
                "--on-exit t|terminate",
                "--config ba|base.yaml",
                "-C my|my configs",
                "--gpu s|",
                "-C . --config base.yaml run|runs",
                "logs --fo|--follow",
                "logs --co|",
                "-C . logs --si|--since-offset",
                "local r|reset",
                "local reset --y|--yes",
                "local up --y|",
                "completion z|zsh"
            })
    void bashCompletes(String typed, String expected) throws Exception {
        String words = expected == null ? "" : expected;
        String script = "source ./completion.bash; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _pod_train 2>/dev/null;"
                + " IFS=' '; printf '%s' \"${COMPREPLY[*]}\"";

        List<String> command = new ArrayList<>(List.of("bash", "--norc", "-c", script, "bash", "pod-train"));
        command.addAll(List.of(typed.split(" ")));
        String completed = run(command);

        assertThat(completed).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "st|status stop",
                "--loc|--local",
                "--on-exit t|terminate",
                "--config ba|base.yaml",
                "-C my|my configs/",
                "-C . --config base.yaml run|runs",
                "logs --fo|--follow",
                "logs --co|",
                "-C . logs --si|--since-offset",
                "local r|reset",
                "local reset --y|--yes",
                "local up --y|",
                "completion z|zsh"
            })
    void fishCompletes(String typed, String expected) throws Exception {
        assumeTrue(isInstalled("fish"), "fish is not installed");

        Files.writeString(directory.resolve("typed"), "pod-train " + typed);
        String script = "source ./completion.fish; complete -C (cat typed)"
                + " | string replace -r '\\t.*' '' | string join ' '";

        String completed = run(List.of("fish", "--no-config", "-c", script));

        assertThat(completed.strip()).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sta|status",
                "--loc|--local",
                "--on-exit t|--on-exit terminate",
                "--config ba|--config base.yaml",
                "-C my|-C my configs",
                "-C . --config base.yaml run|-C . --config base.yaml runs",
                "logs --fo|logs --follow",
                "local res|local reset",
                "local reset --y|local reset --yes",
                "completion z|completion zsh"
            })
    void zshCompletes(String typed, String expected) throws Exception {
        assumeTrue(isInstalled("zsh"), "zsh is not installed");
        // The inner zsh completes at the tab, and then runs the line, which writes down what it was given.
        String script = """
                zmodload zsh/zpty
                zpty inner zsh -f -i
                zpty -w inner "PS1= TERM=dumb; autoload -U compinit; compinit -u -D; source ./completion.zsh"
                zpty -w inner 'pod-train() { print -r -- "<$*>" >| got.new; mv got.new got }'
                zpty -n -w inner "pod-train $1"$'\\t\\n'
                for i in {1..1500}; do
                    [[ -s got ]] && break
                    zpty -r -t inner output
                    sleep 0.05
                done
                cat got
                zpty -d inner
                """;

        String output = run(List.of("zsh", "-f", "-c", script, "zsh", typed));

        assertThat(output).isEqualTo("<" + expected + ">\n");
    }

    @Test
    void unknownShellIsRefused() {
        Cli.Result result = new Cli().run("completion", "tcsh");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("why:   there is one for bash, zsh, fish\n");
    }

    private static boolean isInstalled(String shell) {
        return Files.isExecutable(Path.of("/usr/bin", shell)) || Files.isExecutable(Path.of("/bin", shell));
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        process.getOutputStream().close();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("ends in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(directory.resolve("output"), StandardCharsets.UTF_8);
    }
}
