package dev.podtrain.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ProblemException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoggingDirTest {
    @TempDir
    Path parent;

    private Project project;

    @BeforeEach
    void makeProject() {
        project = Project.in(parent);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '¤',
            value = {
                "logging_dir: logs|logs",
                "logging_dir: ./logs//tb/|logs/tb",
                "logging_dir: /workspace/tb/./x|/workspace/tb/x",
                "training:~  logging_dir: 'my logs'|my logs",
                "logging_dir:~training:~  logging_dir: logs|logs",
                "output_dir: out|",
                "logging_dir: null|",
                "logging_dir: ~|",
            })
    void folderIsFound(String yaml, String folder) {
        project.with("a.yaml", yaml.replace('~', '\n'));

        assertThat(LoggingDir.find(project.folder(), "a.yaml")).isEqualTo(Optional.ofNullable(folder));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '¤',
            value = {
                "logging_dir: ../logs|a.yaml:1:14 sets logging_dir to '../logs', which contains '..'",
                "x: 1~logging_dir: [a]|a.yaml:2:14 gives logging_dir a value that is no text",
                "logging_dir: logs/${run}|a.yaml:1:14 sets logging_dir to 'logs/${run}', which contains a ${…}",
                "logging_dir: a~t: {logging_dir: b}|a.yaml has more than one logging_dir",
                "a: {|a.yaml:1:5 is not valid YAML",
            })
    void whatCannotBeUsedIsNamedWithItsPlaceAndTheWayOut(String yaml, String why) {
        project.with("a.yaml", yaml.replace('~', '\n'));

        assertThatThrownBy(() -> LoggingDir.find(project.folder(), "a.yaml"))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().why()).startsWith(why);
                    assertThat(e.problem().next()).contains("LOGGING_DIR=");
                });
    }

    @Test
    void settingsDecideWhereItIsShown() {
        Settings settings =
                project.withSettings("LOGGING_DIR=./tb/\nLOCAL_PORT=7000\n").load();

        assertThat(settings.tensorboard()).isEqualTo(new TensorboardSettings(7000, "tb"));
    }

    @ParameterizedTest
    @CsvSource({"LOCAL_PORT,0", "LOCAL_PORT,65536", "LOCAL_PORT,http", "LOGGING_DIR,a/../b", "LOGGING_DIR,~/logs"})
    void impossibleValuesAreRefused(String key, String value) {
        project.withSettings("");

        assertThatThrownBy(() -> project.load(Map.of(key, value), Map.of()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(key);
    }
}
