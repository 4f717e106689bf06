package dev.podtrain.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which Python a training gets, and with which packages. */
class PythonEnvironmentIT {
    private PodFixture pod;

    @BeforeEach
    void bootPod(@TempDir Path root) {
        pod = PodFixture.in(root);
    }

    @AfterEach
    void endPod() {
        pod.close();
    }

    @Test
    void pythonIsFoundUnderTheNameTheCommandUses() {
        pod.onlyTools()
                .withoutStub("python")
                .stub("python3", "exec " + PodFixture.PYTHON + " \"$@\"")
                .setting("TRAIN_COMMAND", "python -c 'print(\"hello from python\")'");

        pod.start();

        pod.awaitEnd();
        assertThat(pod.log()).contains("hello from python\nEXIT_CODE=0\n");
    }

    @Test
    void outputIsNotHeldBackByPython() {
        pod.setting("TRAIN_COMMAND", "python -c 'import time; print(\"step 1\"); time.sleep(60)'")
                .start();

        pod.awaitLog("step 1");

        assertThat(pod.state().path("phase").asText()).isEqualTo("training");
    }

    @Test
    void requirementsWithoutALineNeedNoEnvironment() {
        PodFixture.write(pod.project.resolve("requirements.txt"), "# nothing\n\n");
        pod.setting("REQUIREMENTS", "requirements.txt")
                .trainer("echo \"env ${VIRTUAL_ENV-none}\"")
                .start();

        pod.awaitEnd();

        assertThat(pod.log()).contains("env none");
    }

    @Test
    void environmentIsMadeOnceAndItsFailureEndsTheAttempt() {
        assumeTrue(
                pod.execute(PodFixture.PYTHON, "-c", "import ensurepip, venv").exitCode() == 0,
                "Python's venv module is not installed; scripts/setup installs it");
        Path requirements = PodFixture.write(pod.project.resolve("requirements.txt"), "# offline\npip\n");
        pod.setting("REQUIREMENTS", "requirements.txt")
                .setting("TRAIN_COMMAND", "python -c 'import sys; print(sys.prefix)'")
                .start();
        pod.awaitEnd();
        assertThat(pod.log()).contains(pod.workspace + "/.pod-train/venv/").endsWith("EXIT_CODE=0\n");

        pod.startWith(Map.of("INTENT", "second"));
        pod.awaitEnd();
        assertThat(pod.logLines())
                .filteredOn(line -> line.startsWith("pod-train: installing"))
                .hasSize(1);

        PodFixture.write(requirements, "--no-index\nno-such-package\n");
        pod.startWith(Map.of("INTENT", "third"));
        pod.awaitEnd();
        assertThat(pod.state().path("reason").asText()).isEqualTo("failed");
        assertThat(pod.logLines()).endsWith("EXIT_CODE=1");
        assertThat(pod.log()).contains("No matching distribution found for no-such-package");
    }

    @Test
    void stopAlsoEndsTheMakingOfTheEnvironment() {
        PodFixture.write(pod.project.resolve("requirements.txt"), "pip\n");
        pod.stub(
                        "python",
                        "case $1 in *.py) exec " + PodFixture.PYTHON
                                + " \"$@\" ;; -m) echo installing; sleep 60 ;; esac")
                .setting("REQUIREMENTS", "requirements.txt")
                .trainer("echo trained")
                .start();
        pod.awaitLog("\ninstalling\n");

        assertThat(pod.train("stop").exitCode()).isZero();

        assertThat(pod.state().path("reason").asText()).isEqualTo("stopped");
        assertThat(pod.log()).doesNotContain("trained");
    }
}
