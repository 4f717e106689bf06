package dev.podtrain.ssh;

import static dev.podtrain.ssh.SshException.Kind.LOST;
import static dev.podtrain.ssh.SshException.Kind.TIMED_OUT;
import static dev.podtrain.ssh.SshException.Kind.TOO_MUCH_OUTPUT;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Shell;
import dev.podtrain.base.Time;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/** A connection of Apache MINA SSHD. */
final class MinaSession implements SshSession {
    private static final int STDOUT_LIMIT = 8 * 1024 * 1024;
    private static final int STDERR_LIMIT = 64 * 1024;
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(10);

    /** Long enough to mean "no limit" for the library, which wants one for every blocked write. */
    private static final Duration UNLIMITED = Duration.ofDays(365);

    private final ClientSession session;
    private final SshTarget target;
    private final HostKeyCheck hostKey;
    private final Time time;

    MinaSession(ClientSession session, SshTarget target, HostKeyCheck hostKey, Time time) {
        this.session = session;
        this.target = target;
        this.hostKey = hostKey;
        this.time = time;
    }

    @Override
    public String hostKey() {
        return Objects.requireNonNull(hostKey.seen());
    }

    @Override
    public SshEndpoint endpoint() {
        return new SshEndpoint(
                target.host(), target.port(), target.user(), target.privateKey(), hostKey.publicKeyLine());
    }

    @Override
    public boolean isOpen() {
        return session.isOpen() && !session.isClosing();
    }

    @Override
    public void throwIfLost() throws SshException {
        if (!isOpen()) {
            throw lost(null);
        }
    }

    @Override
    public ForwardedConnection forward(int port, Deadline deadline) throws InterruptedException, SshException {
        return ForwardedConnection.open(session, target.address(), port, deadline);
    }

    @Override
    public RemoteResult exec(List<String> command, byte[] stdin, Deadline deadline)
            throws InterruptedException, SshException {
        BoundedOutput stdout = BoundedOutput.ofFirst(STDOUT_LIMIT);
        BoundedOutput stderr = BoundedOutput.ofLast(STDERR_LIMIT);
        ChannelExec channel = newChannel(command);
        try {
            channel.setOut(stdout);
            channel.setErr(stderr);
            open(channel, deadline.remaining());
            writeAll(channel, stdin, deadline);
            if (!Futures.isClosedWithin(channel, deadline.remaining())) {
                throw timedOut(command, deadline);
            }
        } finally {
            Channels.abandon(channel);
        }
        int exitStatus = ExitStatus.of(channel, describe(command));
        if (stdout.overflowed()) {
            throw new SshException(
                    TOO_MUCH_OUTPUT, describe(command) + " printed more than " + STDOUT_LIMIT + " bytes");
        }
        return new RemoteResult(exitStatus, stdout.text(), stderr.text());
    }

    @Override
    public RemoteProcess open(List<String> command) throws InterruptedException, SshException {
        return open(command, Deadline.in(time, UNLIMITED));
    }

    @Override
    public RemoteProcess open(List<String> command, Deadline deadline) throws InterruptedException, SshException {
        ChannelExec channel = newChannel(command);
        boolean usable = false;
        try {
            open(channel, deadline.remaining());
            usable = true;
            return new MinaProcess(channel, describe(command), deadline);
        } finally {
            if (!usable) {
                Channels.abandon(channel);
            }
        }
    }

    @Override
    public void writeFiles(List<RemoteFile> files, Deadline deadline) throws InterruptedException, SshException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", Resources.text("write_files.sh"), "write_files"));
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        for (RemoteFile file : files) {
            command.add(file.path());
            command.add(Integer.toOctalString(file.mode()));
            command.add(Integer.toString(file.content().length));
            contents.writeBytes(file.content());
        }
        RemoteResult result = exec(command, contents.toByteArray(), deadline);
        if (!result.succeeded()) {
            String names = files.stream().map(RemoteFile::path).collect(Collectors.joining(", "));
            throw new ProblemException(new Problem(
                    Problem.Kind.FAILED,
                    "could not write on " + target.address() + ": " + names,
                    result.stderr().strip(),
                    "check the free space and the permissions there",
                    "what could not be written is as it was before"));
        }
    }

    private ChannelExec newChannel(List<String> command) throws SshException {
        try {
            return ExecChannel.of(session, Shell.join(command));
        } catch (IOException | IllegalStateException e) {
            throw lost(e);
        }
    }

    private void open(ChannelExec channel, Duration limit) throws InterruptedException, SshException {
        Duration wait = limit.compareTo(OPEN_LIMIT) < 0 ? limit : OPEN_LIMIT;
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(channel, limit.isZero() ? Duration.ofMillis(1) : limit);
        try {
            var opened = channel.open();
            if (!Futures.isDoneWithin(opened, wait)) {
                throw new SshException(TIMED_OUT, target.address() + " did not start a command within " + wait);
            }
            if (!opened.isOpened()) {
                throw refused(opened.getException());
            }
        } catch (IOException e) {
            throw e instanceof SshException known ? known : lost(e);
        }
    }

    private void writeAll(ClientChannel channel, byte[] stdin, Deadline deadline)
            throws InterruptedException, SshException {
        try (OutputStream in = channel.getInvertedIn()) {
            in.write(stdin);
        } catch (IOException e) {
            Futures.throwIfInterrupt(e);
            // A command may end without reading its input; its exit status tells whether that was right.
            if (deadline.hasPassed() || e instanceof SocketTimeoutException) {
                throw new SshException(TIMED_OUT, "the command did not read its input in time", e);
            }
        }
    }

    private SshException timedOut(List<String> command, Deadline deadline) {
        return new SshException(
                TIMED_OUT,
                describe(command) + " did not end within " + deadline.limit().toMillis() + " ms");
    }

    private SshException refused(@Nullable Throwable cause) {
        return cause instanceof SshChannelOpenException
                ? new SshException(LOST, target.address() + " did not let another command start", cause)
                : lost(cause);
    }

    private SshException lost(@Nullable Throwable cause) {
        return new SshException(LOST, "the connection to " + target.address() + " is gone", cause);
    }

    /** The program's name only: arguments may be long, and are nobody's business in a log. */
    private String describe(List<String> command) {
        return "'" + command.get(0) + "' on " + target.address();
    }

    @Override
    public void close() {
        session.close(true);
    }
}
