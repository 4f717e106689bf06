package dev.podtrain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.launcher.Project.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** Only ever looks: a test does not install anything. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class SetupIT {
    private final Path path;

    /** The only folder in the script's PATH has what the script itself calls, and nothing of what it looks for. */
    SetupIT(@TempDir Path folder) throws IOException {
        path = folder;
        forward("bash", "/bin/bash");
        forward("dirname", "/usr/bin/dirname");
    }

    @Test
    void namesWhatIsMissingAndTheOneCommandThatInstallsIt() throws Exception {
        forward("apt-get", "/bin/false");

        Result result = setup("--check");

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderr())
                .containsPattern("setup: missing: bubblewrap curl .*tmux busybox fish git rsync shellcheck wget zsh\n")
                .endsWith("setup: to install: sudo " + Path.of("scripts/setup").toAbsolutePath() + "\n");
    }

    @Test
    void whatOnlyTestsNeedIsLeftOutForRunning() throws Exception {
        forward("apt-get", "/bin/false");

        Result result = setup("--check", "--run-only");

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.stderr())
                .containsPattern("setup: missing: bubblewrap curl .*tmux\n")
                .endsWith("scripts/setup --run-only\n");
    }

    @Test
    void withoutAptItNamesThePackagesOnly() throws Exception {
        Result result = setup();

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.stderr()).contains("setup: missing: bubblewrap").contains("package manager");
    }

    @Test
    void unknownArgumentIsAUsageError() throws Exception {
        Result result = setup("--everything");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.stderr()).contains("unknown argument '--everything'");
    }

    private void forward(String name, String program) throws IOException {
        Path script = Files.writeString(path.resolve(name), "#!/bin/sh\nexec " + program + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result setup(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of("scripts/setup").toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PATH", path.toString());
        return Result.of(builder.start());
    }
}
