package dev.podtrain.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example file tells the truth. */
class ExampleFileTest {
    private static final Path EXAMPLE = Path.of(".runpod.env.example");
    private static final Pattern SETTING = Pattern.compile("#?([A-Z0-9_]+)=(.*)");

    @TempDir
    Path parent;

    @Test
    void everySettingIsThereOnceInTheOrderOfTheProgram() throws IOException {
        assertThat(Files.readAllLines(EXAMPLE).stream()
                        .map(SETTING::matcher)
                        .filter(Matcher::matches)
                        .map(line -> line.group(1)))
                .containsExactlyElementsOf(SettingKey.names());
    }

    @Test
    void everySettingHasOneLineOfExplanation() throws IOException {
        List<String> lines = Files.readAllLines(EXAMPLE);

        for (int i = 0; i < lines.size(); i++) {
            if (SETTING.matcher(lines.get(i)).matches()) {
                assertThat(lines.get(i - 1)).as("above %s", lines.get(i)).matches("# \\S.*[^-]");
            }
        }
    }

    @Test
    void copyOfItLacksOnlyKeyAndVolume() throws IOException {
        Project project = Project.in(parent).with(".runpod.env", Files.readString(EXAMPLE));

        Settings settings = project.load(Map.of("RUNPOD_API_KEY", "rpa_x", "NETWORK_VOLUME_ID", "x"), Map.of());

        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void defaultsItShowsAreTheDefaults() throws IOException {
        Project project = Project.in(parent).with("requirements.txt", "torch\n").withSettings("");
        Settings defaults = project.load();
        String uncommented = Files.readString(EXAMPLE).replaceAll("(?m)^#([A-Z0-9_]+=.+)$", "$1");

        Settings shown = project.with(".runpod.env", uncommented)
                .load(Map.of("RUNPOD_API_KEY", "rpa_KEY", "NETWORK_VOLUME_ID", "vol1"), Map.of());

        assertThat(shown.account()).isEqualTo(defaults.account());
        assertThat(shown.pod()).isEqualTo(defaults.pod());
        assertThat(shown.training()).isEqualTo(defaults.training());
        assertThat(shown.limits()).isEqualTo(defaults.limits());
        assertThat(shown.tensorboard()).isEqualTo(defaults.tensorboard());
        assertThat(shown.origins().values())
                .filteredOn(origin -> origin.kind() == Origin.Kind.FILE)
                .hasSizeGreaterThan(20);
    }
}
