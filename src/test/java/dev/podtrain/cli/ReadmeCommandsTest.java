package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command that the README and the help texts show is one that the program understands. */
class ReadmeCommandsTest {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    static Stream<String> commands() throws IOException {
        return Files.readAllLines(Path.of("README.md")).stream()
                .map(line -> line.replaceFirst("\\s+#.*", "").strip())
                .map(line -> line.replaceFirst("^(scripts/)?pod-tensorboard\\b", "pod-train tensorboard"))
                .map(line -> line.replaceFirst("^(scripts/)?pod-sync-data\\b", "pod-train sync-data"))
                .filter(line -> line.matches("(scripts/)?pod-train .*"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void commandOfTheReadmeIsUnderstood(String command) {
        Cli cli = new Cli();
        cli.terminal.isUsedByAPerson("n");

        Cli.Result result = cli.run(words(command).toArray(String[]::new));

        assertThat(result.exitCode()).as(result.err()).isNotEqualTo(2);
    }

    @Test
    void readmeShowsTheCommandsThatMatter() throws IOException {
        assertThat(commands()).hasSizeGreaterThan(10).anyMatch(command -> command.contains("--local"));
    }

    @Test
    void readmeNamesEveryExitCode() throws IOException {
        String readme = Files.readString(Path.of("README.md"));

        for (ExitCode code : ExitCode.values()) {
            assertThat(readme).contains("\n| " + code.code() + " | ");
        }
    }

    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(command);
        while (matcher.find()) {
            String quoted = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            words.add(quoted == null ? matcher.group(3) : quoted);
        }
        return words.subList(1, words.size());
    }
}
