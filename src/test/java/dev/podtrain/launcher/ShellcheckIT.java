package dev.podtrain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.launcher.Project.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class ShellcheckIT {
    @Test
    void everyShellScriptIsFreeOfFindings() throws Exception {
        List<String> scripts = shellScripts();
        List<String> command = new ArrayList<>(List.of("shellcheck", "--external-sources"));
        command.addAll(scripts);

        Result result = Result.of(new ProcessBuilder(command).start());

        assertThat(scripts)
                .contains(
                        "scripts/pod-train",
                        "scripts/pod-tensorboard",
                        "scripts/pod-sync-data",
                        "scripts/lib/program.sh",
                        ".ci/run");
        assertThat(result).isEqualTo(new Result(0, "", ""));
    }

    private static List<String> shellScripts() throws IOException {
        try (Stream<Path> scripts = Files.walk(Path.of("scripts"));
                Stream<Path> ci = Files.walk(Path.of(".ci"))) {
            return Stream.concat(scripts, ci)
                    .filter(Files::isRegularFile)
                    .filter(ShellcheckIT::isShellScript)
                    .map(Path::toString)
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    private static boolean isShellScript(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            String first = lines.findFirst().orElse("");
            return (first.startsWith("#!") && first.endsWith("sh")) || first.startsWith("# shellcheck shell=");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
