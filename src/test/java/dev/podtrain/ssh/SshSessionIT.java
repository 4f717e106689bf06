package dev.podtrain.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.SystemTime;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class SshSessionIT {
    private static final SystemTime TIME = new SystemTime();
    private static SshdFixture server;
    private static SshClient client;
    private static SshSession session;

    @BeforeAll
    static void connect(@TempDir Path serverFolder) throws Exception {
        server = SshdFixture.start(serverFolder);
        client = new MinaClient(TIME);
        session = client.connect(server.target(), soon());
    }

    @AfterAll
    static void disconnect() throws Exception {
        if (client != null) {
            client.close();
            server.close();
        }
    }

    private static Deadline soon() {
        return Deadline.in(TIME, Duration.ofSeconds(60));
    }

    @Test
    void argumentsArriveExactlyAsGiven() throws Exception {
        RemoteResult result = session.exec(
                List.of("printf", "%s|", "two words", "it's", "$HOME `id`", "", "new\nline", "-n", "ü€", "*"), soon());

        assertThat(result).isEqualTo(new RemoteResult(0, "two words|it's|$HOME `id`||new\nline|-n|ü€|*|", ""));
    }

    @Test
    void exitStatusAndStandardErrorAreReported() throws Exception {
        RemoteResult result = session.exec(List.of("sh", "-c", "echo out; echo err >&2; exit 7"), soon());

        assertThat(result).isEqualTo(new RemoteResult(7, "out\n", "err\n"));
    }

    @Test
    void endBySignalIsReportedAsShellsDo() throws Exception {
        RemoteResult result = session.exec(List.of("sh", "-c", "kill -KILL $$"), soon());

        assertThat(result.exitStatus()).isEqualTo(137);
    }

    @Test
    void standardInputIsHandedOver() throws Exception {
        byte[] input = "x".repeat(5_000_000).getBytes(StandardCharsets.UTF_8);

        RemoteResult result = session.exec(List.of("wc", "-c"), input, soon());

        assertThat(result.stdout().strip()).isEqualTo("5000000");
    }

    @Test
    void commandThatDoesNotReadItsInputStillReportsItsStatus() throws Exception {
        RemoteResult result = session.exec(List.of("sh", "-c", "exec <&-; exit 3"), new byte[5_000_000], soon());

        assertThat(result.exitStatus()).isEqualTo(3);
    }

    @Test
    void standardOutputBeyondTheLimitIsAFailure() {
        assertThatThrownBy(() -> session.exec(List.of("head", "-c", "9000000", "/dev/zero"), soon()))
                .isInstanceOfSatisfying(
                        SshException.class, e -> assertThat(e.kind()).isEqualTo(SshException.Kind.TOO_MUCH_OUTPUT));
    }

    @Test
    void standardErrorKeepsItsEnd() throws Exception {
        RemoteResult result = session.exec(
                List.of("sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x >&2; echo last words >&2"), soon());

        assertThat(result.stderr()).hasSize(64 * 1024).endsWith("last words\n");
    }

    /** For a deadline so short that it may pass while the command starts, which can break the connection. */
    private static SshSession ownSession() throws Exception {
        return client.connect(server.target(), soon());
    }

    @Test
    void commandThatOutlastsItsDeadlineTimesOut() throws Exception {
        try (SshSession own = ownSession()) {
            Deadline brief = Deadline.in(TIME, Duration.ofMillis(200));

            assertThatThrownBy(() -> own.exec(List.of("sleep", "20"), brief))
                    .isInstanceOfSatisfying(
                            SshException.class, e -> assertThat(e.kind()).isEqualTo(SshException.Kind.TIMED_OUT));
        }
    }

    @Test
    void writtenFileHasItsContentAndMode(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("new folder/it's a file");

        session.writeFiles(List.of(file(file, "content\n", 0600)), soon());

        assertThat(file).hasContent("content\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(file.getParent()).isDirectoryNotContaining(other -> !other.equals(file));
    }

    @Test
    void writtenFileReplacesAnOlderOne(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("run.sh"), "an older and longer content");

        session.writeFiles(List.of(file(file, "new", 0755)), soon());

        assertThat(file).hasContent("new").isExecutable();
    }

    @Test
    void severalFilesAreToldApartByTheirSizes(@TempDir Path folder) throws Exception {
        Path first = folder.resolve("first");
        Path empty = folder.resolve("empty");
        Path last = folder.resolve("last");

        session.writeFiles(List.of(file(first, "a\nb", 0644), file(empty, "", 0600), file(last, "c", 0600)), soon());

        assertThat(first).hasContent("a\nb");
        assertThat(empty).isEmptyFile();
        assertThat(last).hasContent("c");
    }

    private static RemoteFile file(Path path, String content, int mode) {
        return new RemoteFile(path.toString(), content.getBytes(StandardCharsets.UTF_8), mode);
    }

    @Test
    void fileThatCannotBeWrittenIsAProblemThatNamesIt(@TempDir Path folder) throws Exception {
        Path notAFolder = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> session.writeFiles(List.of(file(notAFolder.resolve("below"), "", 0600)), soon()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(notAFolder + "/below");
    }

    @Test
    void processStreamsAreLive() throws Exception {
        try (RemoteProcess process = session.open(List.of("cat"), soon())) {
            process.stdin().write("ping".getBytes(StandardCharsets.UTF_8));
            process.stdin().flush();
            byte[] answer = process.stdout().readNBytes(4);
            process.stdin().close();

            assertThat(answer).asString(StandardCharsets.UTF_8).isEqualTo("ping");
            assertThat(process.waitFor(soon())).hasValue(0);
        }
    }

    @Test
    void processThatRunsOnIsNotWaitedForBeyondTheDeadline() throws Exception {
        try (RemoteProcess process = session.open(List.of("sleep", "20"))) {
            assertThat(process.waitFor(Deadline.in(TIME, Duration.ofMillis(100))))
                    .isEmpty();
        }
    }

    @Test
    void abandonedCommandsDoNotUseUpTheConnection() throws Exception {
        for (int i = 0; i < 25; i++) {
            try (RemoteProcess process = session.open(List.of("yes"), soon())) {
                assertThat(process.stdout().read()).isEqualTo('y');
            }
        }

        assertThat(session.exec(List.of("echo", "fine"), soon()).stdout()).isEqualTo("fine\n");
    }

    /** The one moment of it in which output is on its way from the connection to the reader. */
    @Test
    void commandThatIsAbandonedWhileItsOutputArrivesDoesNotEndTheConnection() throws Exception {
        try (org.apache.sshd.client.SshClient library = org.apache.sshd.client.SshClient.setUpDefaultClient()) {
            library.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
            library.start();
            ClientSession plain = library.connect(System.getProperty("user.name"), "127.0.0.1", server.port())
                    .verify(Duration.ofSeconds(60))
                    .getSession();
            plain.addPublicKeyIdentity(SshKeys.load(server.privateKey()));
            plain.auth().verify(Duration.ofSeconds(60));
            ChannelExec channel = ExecChannel.of(plain, "echo out");
            channel.setOut(new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    channel.close(true);
                    throw new IOException("closed");
                }
            });

            channel.open().verify(Duration.ofSeconds(60));
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(60));

            assertThat(plain.executeRemoteCommand("echo fine")).isEqualTo("fine\n");
        }
    }

    @Test
    void blockedWriteToACommandThatDoesNotReadEndsWithAnInterrupt() throws Exception {
        RemoteProcess process = session.open(List.of("sleep", "20"), soon());
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread writing = new Thread(() -> {
            started.countDown();
            try (process) {
                process.stdin().write(new byte[20_000_000]);
            } catch (IOException e) {
                thrown.set(e);
            }
        });
        writing.start();
        started.await();

        writing.interrupt();
        writing.join(60_000);

        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void inputThatACommandDoesNotTakeInTimeTimesOut() throws Exception {
        try (SshSession own = ownSession()) {
            Deadline brief = Deadline.in(TIME, Duration.ofMillis(200));

            assertThatThrownBy(() -> own.exec(List.of("sleep", "20"), new byte[20_000_000], brief))
                    .isInstanceOfSatisfying(
                            SshException.class, e -> assertThat(e.kind()).isEqualTo(SshException.Kind.TIMED_OUT));
        }
    }

    @Test
    void blockedWriteThatOutlastsItsDeadlineIsNoInterrupt() throws Exception {
        // Long enough for the command to start on a busy machine.
        Deadline brief = Deadline.in(TIME, Duration.ofSeconds(2));
        try (SshSession own = ownSession();
                RemoteProcess process = own.open(List.of("sleep", "20"), brief)) {
            IOException failure = catchThrowableOfType(
                    IOException.class, () -> process.stdin().write(new byte[20_000_000]));

            assertThat(process.failure(failure).kind()).isEqualTo(SshException.Kind.TIMED_OUT);
        }
    }
}
