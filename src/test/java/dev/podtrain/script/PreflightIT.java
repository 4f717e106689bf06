package dev.podtrain.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.script.Preflight.Finding;
import dev.podtrain.script.Preflight.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is found on a pod before the code travels. */
class PreflightIT {
    private static final String KEY = "rpa_podkeycanary";

    private Path root;
    private PodFixture pod;
    private PlatformStub platform;

    @BeforeEach
    void setUp(@TempDir Path temporary) throws IOException {
        root = temporary;
        platform = new PlatformStub().answering(call -> new PlatformStub.Answer(409, "{}"));
        pod = PodFixture.in(temporary)
                .stub("nvidia-smi", "echo 'NVIDIA RTX A5000'; echo 'NVIDIA RTX A5000'")
                .stub("tmux", "exit 0");
        Files.write(temporary.resolve("preflight.sh"), PodScripts.preflightScript());
        environ("RUNPOD_API_KEY=" + KEY, "RUNPOD_POD_ID=pod-a", "POD_TRAIN_API_URL=" + platform.url());
    }

    @AfterEach
    void tearDown() {
        platform.close();
    }

    @Test
    void goodPodPassesAndNothingStays() {
        Preflight preflight = look(0, 2);

        assertThat(preflight.findings())
                .extracting(Finding::check)
                .containsExactlyInAnyOrder("key", "gpu", "python", "bash", "tmux", "workspace", "space");
        assertThat(preflight.findings()).allMatch(finding -> finding.level() == Level.OK);
        assertThat(pod.workspace.toFile().list()).noneMatch(name -> name.contains("preflight"));
    }

    @Test
    void keyIsTriedWithAnActionThatARunningPodRefuses() {
        look(0, 1);

        assertThat(platform.calls)
                .containsExactly(new PlatformStub.Call(
                        "/v2/pods/pod-a/action", "{\"action\":\"start\"}", "Bearer " + KEY, "pod-train-preflight"));
    }

    @ParameterizedTest
    @CsvSource({"200, OK", "401, FAIL", "403, FAIL", "404, FAIL", "500, WARN", "429, WARN"})
    void answerTellsWhetherTheGuardCanEndThePod(int status, Level level) {
        platform.answering(call -> new PlatformStub.Answer(status, "{}"));

        assertThat(level("key")).isEqualTo(level);
    }

    @Test
    void platformThatDoesNotAnswerIsAWarning() {
        environ("RUNPOD_API_KEY=" + KEY, "RUNPOD_POD_ID=pod-a", "POD_TRAIN_API_URL=http://127.0.0.1:9");

        assertThat(level("key")).isEqualTo(Level.WARN);
    }

    @Test
    void podWithoutAKeyFails() {
        environ("RUNPOD_POD_ID=pod-a");

        assertThat(level("key")).isEqualTo(Level.FAIL);
    }

    @Test
    void tooFewGpusFail() {
        assertThat(words(look(0, 3), "gpu")).isEqualTo("the driver shows 2 of 3 GPUs");
    }

    @Test
    void driverThatDoesNotWorkFailsWithItsWords() {
        pod.stub("nvidia-smi", "echo 'NVIDIA-SMI has failed'; echo more; exit 9");

        assertThat(words(look(0, 1), "gpu")).isEqualTo("nvidia-smi does not work: NVIDIA-SMI has failed");
    }

    @Test
    void oldPythonFails() {
        pod.stub("python", "echo 3.6; exit 1");

        assertThat(words(look(0, 1), "python")).endsWith("is 3.6; 3.8 or newer is needed");
    }

    @Test
    void missingTmuxFails() {
        pod.onlyTools("curl", "dd", "mktemp").withoutStub("tmux");

        assertThat(level("tmux")).isEqualTo(Level.FAIL);
    }

    @Test
    void missingCurlIsAWarning() {
        pod.onlyTools("dd", "mktemp");

        assertThat(level("key")).isEqualTo(Level.WARN);
    }

    @Test
    void volumeThatCannotBeWrittenFails() {
        pod.stub("dd", "echo 'No space left on device' >&2; exit 1");

        assertThat(level("workspace")).isEqualTo(Level.FAIL);
    }

    /** Two pods on one volume have the same process ids: a name made of one would be another pod's file. */
    @Test
    void fileOfAnotherPodsLookIsLeftAlone() throws IOException {
        pod.stub("dd", "cat >\"${1#of=}\"; echo \"${1#of=}\" >>names");

        look(0, 1);
        look(0, 1);

        assertThat(Files.readAllLines(root.resolve("names")))
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(name).matches(".*/\\.pod-train-preflight\\.[A-Za-z0-9]{8}"));
    }

    @Test
    void folderInWhichNothingCanBeMadeFails() {
        pod.stub("mktemp", "case $* in -d) exec /usr/bin/mktemp -d;; *) exit 1;; esac");

        assertThat(level("workspace")).isEqualTo(Level.FAIL);
    }

    @Test
    void volumeThatIsNotThereFails() {
        assertThat(words(look(root.resolve("nowhere"), 0, 1), "workspace")).endsWith("the volume is not mounted");
    }

    @Test
    void tooLittleSpaceFails() {
        pod.stub("df", "echo header; echo 'x 100 90 4000000 9% /'");

        assertThat(words(look(5, 1), "space")).startsWith("4 GB are free");
        assertThat(level("space")).isEqualTo(Level.OK);
    }

    @Test
    void spaceThatCannotBeToldIsAWarning() {
        pod.stub("df", "echo nonsense");

        assertThat(level("space")).isEqualTo(Level.WARN);
    }

    private Level level(String check) {
        return look(0, 1).findings().stream()
                .filter(finding -> finding.check().equals(check))
                .map(Finding::level)
                .findFirst()
                .orElseThrow();
    }

    private static String words(Preflight preflight, String check) {
        return preflight.at(Level.FAIL).stream()
                .filter(finding -> finding.check().equals(check))
                .map(Finding::words)
                .findFirst()
                .orElseThrow();
    }

    private Preflight look(int minFreeGb, int gpus) {
        return look(pod.workspace, minFreeGb, gpus);
    }

    private Preflight look(Path workspace, int minFreeGb, int gpus) {
        List<String> command = Preflight.command(workspace.toString(), minFreeGb, gpus);
        PodFixture.Result result = pod.execute(
                "sh",
                "-c",
                "exec \"$@\" <preflight.sh",
                "sh",
                command.get(0),
                command.get(1),
                command.get(2),
                command.get(3),
                command.get(4),
                command.get(5));
        assertThat(result.out() + result.err()).doesNotContain(KEY);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return Preflight.parse(result.out()).orElseThrow();
    }

    private void environ(String... entries) {
        pod.environment(
                "POD_TRAIN_ENVIRON",
                PodFixture.write(root.resolve("environ"), String.join("\0", entries) + "\0")
                        .toString());
    }
}
