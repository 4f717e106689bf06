package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodScriptsOfTheCloudIT {
    @ParameterizedTest
    @ValueSource(strings = {"start.sh", "nvidia-smi", "runpodctl"})
    void shellcheckFindsNothing(String name) {
        Assumptions.assumeTrue(
                Machine.run(List.of("bash", "-c", "command -v shellcheck")).status() == 0,
                "shellcheck is not installed");

        Machine.Output found = Machine.run(List.of("shellcheck", "src/main/resources/dev/podtrain/local/" + name));

        assertThat(found.text()).isEmpty();
    }
}
