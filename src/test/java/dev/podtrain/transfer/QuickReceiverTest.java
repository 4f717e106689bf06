package dev.podtrain.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.FakeTime;
import dev.podtrain.base.ProblemException;
import dev.podtrain.ssh.ForwardedConnection;
import dev.podtrain.ssh.RemoteFile;
import dev.podtrain.ssh.RemoteProcess;
import dev.podtrain.ssh.RemoteResult;
import dev.podtrain.ssh.SimulatedFailure;
import dev.podtrain.ssh.SshEndpoint;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver that is done, and its channel closed, before the last flush: usual where only empty files are new. */
class QuickReceiverTest {
    @TempDir
    Path project;

    @Test
    void channelThatClosesBehindTheReceiversLastAnswerIsNoLostConnection() throws Exception {
        Files.writeString(project.resolve("__init__.py"), "");
        RecordedProgress progress = new RecordedProgress();
        CodeTree tree = CodeTree.scan(project, List.of(), project.resolveSibling("hashes"), progress);
        Deadline soon = Deadline.in(new FakeTime(), Duration.ofSeconds(20));

        SyncReport report = new CodeSync()
                .sync(new Session(new Receiver()), tree, "/workspace/p", "/workspace/m.json", soon, progress);

        assertThat(report).isEqualTo(new SyncReport(1, 0, 0, false));
    }

    @Test
    void hostWithoutPythonIsToldHoweverSoonItsShellEnds() throws Exception {
        Files.writeString(project.resolve("train.py"), "");
        RecordedProgress progress = new RecordedProgress();
        CodeTree tree = CodeTree.scan(project, List.of(), project.resolveSibling("hashes"), progress);
        Deadline soon = Deadline.in(new FakeTime(), Duration.ofSeconds(20));

        assertThatThrownBy(() -> new CodeSync()
                        .sync(new Session(new NoPython()), tree, "/workspace/p", "/workspace/m.json", soon, progress))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("there is no python3 on the host");
    }

    /** A shell that has ended before anything is sent to it. */
    private static final class NoPython extends Receiver {
        @Override
        public OutputStream stdin() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("channel already closed");
                }
            };
        }

        @Override
        public InputStream stdout() {
            return InputStream.nullInputStream();
        }

        @Override
        public OptionalInt waitFor(Deadline limit) {
            return OptionalInt.of(127);
        }

        @Override
        public SshException failure(IOException e) {
            return SimulatedFailure.of(SshException.Kind.LOST, String.valueOf(e.getMessage()));
        }
    }

    /** Takes the script and the request, then is closed. */
    private static class Receiver implements RemoteProcess {
        private int flushes;

        @Override
        public OutputStream stdin() {
            return new OutputStream() {
                @Override
                public void write(int b) {}

                @Override
                public void flush() throws IOException {
                    flushes++;
                    if (flushes > 2) {
                        throw new IOException("channel already closed");
                    }
                }
            };
        }

        @Override
        public InputStream stdout() {
            String answers = "{\"need\":[0]}\n{\"done\":{\"received\":1,\"bytes\":0,\"deleted\":0,\"changes\":1}}\n";
            return new ByteArrayInputStream(answers.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public InputStream stderr() {
            return InputStream.nullInputStream();
        }

        @Override
        public OptionalInt waitFor(Deadline limit) {
            return OptionalInt.of(0);
        }

        @Override
        public SshException failure(IOException e) {
            throw new AssertionError("taken for a lost connection", e);
        }

        @Override
        public void close() {}
    }

    /** Starts the receiver and does nothing else. */
    private static final class Session implements SshSession {
        private final Receiver receiver;

        private Session(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public RemoteProcess open(List<String> command, Deadline deadline) {
            return receiver;
        }

        @Override
        public RemoteProcess open(List<String> command) {
            return receiver;
        }

        @Override
        public String hostKey() {
            throw new AssertionError("not asked for");
        }

        @Override
        public SshEndpoint endpoint() {
            throw new AssertionError("not asked for");
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void throwIfLost() {}

        @Override
        public ForwardedConnection forward(int port, Deadline deadline) {
            throw new AssertionError("not asked for");
        }

        @Override
        public RemoteResult exec(List<String> command, byte[] stdin, Deadline deadline) {
            throw new AssertionError("not asked for");
        }

        @Override
        public void writeFiles(List<RemoteFile> files, Deadline deadline) {
            throw new AssertionError("not asked for");
        }

        @Override
        public void close() {}
    }
}
