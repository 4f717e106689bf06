package dev.podtrain.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellcheckIT {
    private Path directory;

    @BeforeEach
    void shellcheckIsThere(@TempDir Path temporary) {
        directory = temporary;
        boolean there = Path.of("/usr/bin/shellcheck").toFile().canExecute()
                || Path.of("/usr/local/bin/shellcheck").toFile().canExecute()
                || Path.of("/opt/homebrew/bin/shellcheck").toFile().canExecute();
        assumeTrue(there, "shellcheck is not installed; scripts/setup installs it");
    }

    @Test
    void guardIsCleanPosixShell() throws IOException {
        assertThat(shellcheck("sh", Base64.getDecoder().decode(PodScripts.guardBase64())))
                .isEqualTo(new PodFixture.Result(0, "", ""));
    }

    @Test
    void trainScriptIsCleanBash() throws IOException {
        assertThat(shellcheck("bash", PodScripts.trainScript())).isEqualTo(new PodFixture.Result(0, "", ""));
    }

    @Test
    void tensorboardScriptIsCleanBash() throws IOException {
        assertThat(shellcheck("bash", PodScripts.tensorboardScript())).isEqualTo(new PodFixture.Result(0, "", ""));
    }

    @Test
    void preflightScriptIsCleanBash() throws IOException {
        assertThat(shellcheck("bash", PodScripts.preflightScript())).isEqualTo(new PodFixture.Result(0, "", ""));
    }

    private PodFixture.Result shellcheck(String dialect, byte[] script) throws IOException {
        Path file = Files.write(directory.resolve("script"), script);
        return PodFixture.finish(new ProcessBuilder("shellcheck", "-s", dialect, file.toString()).start());
    }
}
