package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ProblemException;
import dev.podtrain.base.SystemTime;
import dev.podtrain.data.TransferReport;
import dev.podtrain.run.FileOperations.CopyRequest;
import dev.podtrain.run.FileOperations.ExecRequest;
import dev.podtrain.run.FileUseCases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Files to and from the pod of a run, and commands on it, while its training goes on. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodFilesIT {
    private final LaunchFixture fixture = new LaunchFixture();
    private final FileUseCases files = fixture.files();

    @BeforeAll
    void launch() throws InterruptedException {
        fixture.config(100_000, "0.1", 0);
        fixture.operations().launch(fixture.detached(), new Watcher());
    }

    @AfterAll
    void end() {
        fixture.close();
    }

    private CopyRequest copy(String destination, String... sources) {
        return new CopyRequest(fixture.run(), List.of(sources), destination, false);
    }

    private TransferReport push(String destination, String... sources) throws InterruptedException {
        return files.push(copy(destination, sources), new Copies()).orElseThrow();
    }

    private Captured exec(@Nullable Duration timeout, String... command) throws InterruptedException {
        Captured captured = new Captured();
        captured.status = files.exec(new ExecRequest(fixture.run(), List.of(command), timeout), captured)
                .orElse(null);
        return captured;
    }

    @Test
    void pushedFilesAreInTheProjectsFolderOnThePod() throws Exception {
        fixture.write("extra/vocab.json", "[1]");

        assertThat(push("more", "extra").isComplete()).isTrue();

        assertThat(fixture.remote("more/extra/vocab.json")).hasContent("[1]");
    }

    @Test
    void absolutePathReachesTheWholeVolume() throws Exception {
        fixture.write("clip.wav", "beep");

        push("/workspace/data/clips", "clip.wav");

        assertThat(fixture.local().volume("local").resolve("data/clips/clip.wav"))
                .hasContent("beep");
    }

    @Test
    void pulledFilesComeHomeAndOnlyOnce() throws Exception {
        LaunchFixture.await("a whole checkpoint", () -> fixture.remoteLog().contains("step 3\n"));

        TransferReport first =
                files.pull(copy("results", "out/checkpoint-2"), new Copies()).orElseThrow();
        TransferReport second =
                files.pull(copy("results", "out/checkpoint-2"), new Copies()).orElseThrow();

        assertThat(fixture.project().resolve("results/checkpoint-2/trainer_state.json"))
                .hasContent("{\"global_step\": 2}");
        assertThat(List.of(first.files(), second.files())).containsExactly(1, 0);
    }

    @Test
    void knownPodIsReachedWithoutAskingTheProvider() throws Exception {
        fixture.write("clip.wav", "beep");
        push("a", "clip.wav");
        String known = LaunchFixture.text(fixture.stateFolder().resolve("known-pod"));

        fixture.filesWithoutProvider().push(copy("b", "clip.wav"), new Copies());

        assertThat(known.lines()).hasSize(5);
        assertThat(fixture.remote("b/clip.wav")).hasContent("beep");
    }

    @Test
    void addressThatIsNoLongerRightIsFoundAnew() throws Exception {
        fixture.write("clip.wav", "beep");
        push("c", "clip.wav");
        Path known = fixture.stateFolder().resolve("known-pod");
        List<String> lines = Files.readAllLines(known);
        Files.write(known, List.of(lines.get(0), lines.get(1), "9", lines.get(3), lines.get(4)));

        push("d", "clip.wav");

        assertThat(fixture.remote("d/clip.wav")).hasContent("beep");
    }

    @Test
    void commandsOutputAndExitCodeAreItsOwn() throws Exception {
        Captured captured = exec(null, "sh", "-c", "pwd; echo \"$1\" >&2; exit 7", "sh", "two  blanks; 'quoted'");

        assertThat(captured.status).isEqualTo(7);
        assertThat(captured.out()).isEqualTo("/workspace/project\n");
        assertThat(captured.err()).isEqualTo("two  blanks; 'quoted'\n");
    }

    @Test
    void commandThatDoesNotExistSaysSo() throws Exception {
        assertThat(exec(null, "no-such-command").status).isEqualTo(127);
    }

    @Test
    void muchOutputArrivesWhole() throws Exception {
        Captured captured = exec(null, "seq", "1", "300000");

        assertThat(captured.out()).endsWith("\n300000\n").hasSize(1_988_895);
    }

    @Test
    void commandThatTakesTooLongIsEndedWithAllItStarted() throws Exception {
        Captured captured = exec(Duration.ofSeconds(1), "sh", "-c", "sleep 12345 & sleep 12345");

        assertThat(captured.status).isNull();
        assertNothingSleeps("12345");
    }

    @Test
    void commandThatEndsWhenItIsToldToIsNotWaitedForAnyLonger() throws Exception {
        // With the time that one gets which does not listen it would be six seconds at least, every time; a busy
        // machine
        // may take as long once.
        LaunchFixture.await("an end in time", () -> endsWithin(Duration.ofSeconds(6)));
    }

    private boolean endsWithin(Duration limit) {
        SystemTime time = new SystemTime();
        long start = time.nanoTime();
        try {
            exec(Duration.ofSeconds(1), "sleep", "12346");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return Duration.ofNanos(time.nanoTime() - start).compareTo(limit) < 0;
    }

    @Test
    void commandEndsWithTheClient() throws Exception {
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread client = new Thread(() -> {
            try {
                exec(null, "sh", "-c", "echo started; sleep 54321");
            } catch (InterruptedException | RuntimeException e) {
                end.set(e);
            }
        });
        client.start();
        LaunchFixture.await("the command", () -> sleeps("54321"));

        client.interrupt();
        client.join();

        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertNothingSleeps("54321");
    }

    private static void assertNothingSleeps(String time) throws InterruptedException {
        LaunchFixture.await("the end of sleep " + time, () -> !sleeps(time));
    }

    private static boolean sleeps(String time) {
        return ProcessHandle.allProcesses().anyMatch(process -> isSleep(process, time));
    }

    private static boolean isSleep(ProcessHandle process, String time) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .equals("sleep\0" + time + "\0");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void runWithoutAPodIsSaidPlainly() {
        assertThatThrownBy(() -> fixture.filesElsewhere("nowhere").push(copy("a", "config.yaml"), new Copies()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("there is no run");
    }
}
