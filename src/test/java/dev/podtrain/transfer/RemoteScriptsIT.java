package dev.podtrain.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs on the host as it is, so that no compiler here looks at it. */
@Timeout(180)
final class RemoteScriptsIT {
    private static final Path RESOURCES = Path.of("src/main/resources/dev/podtrain");

    @ParameterizedTest
    @ValueSource(strings = {"ssh/write_files.sh", "transfer/git_checkout.sh", "script/exec.sh"})
    void shellScriptIsCleanAndPortable(String script) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/shellcheck")), "skipped: no shellcheck");

        assertThat(TestGit.sh(Path.of("."), "shellcheck -s sh " + RESOURCES.resolve(script)))
                .isEmpty();
    }

    @Test
    void pythonScriptsUseNothingNewerThanPython38() throws Exception {
        String parse =
                "import ast,sys; [ast.parse(open(name).read(), feature_version=(3, 8)) for name in sys.argv[1:]]";

        assertThat(TestGit.sh(
                        Path.of("."),
                        "python3 -c '" + parse + "' " + RESOURCES.resolve("ssh/follow_file.py") + " "
                                + RESOURCES.resolve("ssh/dial.py") + " "
                                + RESOURCES.resolve("transfer/receive_code.py") + " "
                                + RESOURCES.resolve("data/data_agent.py")))
                .isEmpty();
    }
}
