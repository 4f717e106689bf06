package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer types first, as the README has it. */
@Timeout(1800)
class ReadmeIT {
    @TempDir
    private Path state;

    @AfterEach
    void endTheLocalCloud() throws Exception {
        Path output = state.resolve("reset");
        assertThat(type("scripts/pod-train local reset --yes", output))
                .as(Files.readString(output))
                .isZero();
    }

    @Test
    void firstCommandOfTheReadmeTrainsAModelAndStopsItsPod() throws Exception {
        String command = Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.startsWith("scripts/pod-train"))
                .findFirst()
                .orElseThrow();

        Path output = state.resolve("output");
        assertThat(type(command, output)).as(Files.readString(output)).isZero();
        assertThat(Files.readString(output))
                .contains("EXIT_CODE=0", "held-out accuracy 0.9", "it would have cost about")
                .containsPattern("pod +\\w+ stopped");

        Path again = state.resolve("again");
        assertThat(type(command, again)).isZero();
        assertThat(Files.readString(again)).contains("nothing was rented");
    }

    private int type(String command, Path output) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder(List.of("bash", "-c", command))
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile());
        shell.environment().put("XDG_STATE_HOME", state.toString());
        Process process = shell.start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }
}
