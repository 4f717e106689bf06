package dev.podtrain.ssh;

import static dev.podtrain.ssh.SshException.Kind.LOST;
import static dev.podtrain.ssh.SshException.Kind.REFUSED;
import static dev.podtrain.ssh.SshException.Kind.TIMED_OUT;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection that the host has made for us, to a port of its own. Either side may end its half and go on reading
 * the other's. Both streams block without a time limit, and end when the connection to the host does.
 */
public final class ForwardedConnection implements AutoCloseable {
    private static final Duration UNLIMITED = Duration.ofDays(365);

    private final ChannelDirectTcpip channel;
    private final String description;

    private ForwardedConnection(ChannelDirectTcpip channel, String description) {
        this.channel = channel;
        this.description = description;
    }

    /**
     * Opens one.
     *
     * @throws SshException {@code REFUSED} if nobody listens on the port there; as for a command in all else
     * @throws ProblemException if the host's SSH server forwards nothing
     */
    static ForwardedConnection open(ClientSession session, String host, int port, Deadline deadline)
            throws InterruptedException, SshException {
        String description = "port " + port + " of " + host;
        ChannelDirectTcpip channel = newChannel(session, port, description);
        boolean usable = false;
        try {
            // The default ends a write after 30 s when the other side is slow to read.
            CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(channel, UNLIMITED);
            var opened = channel.open();
            if (!Futures.isDoneWithin(opened, deadline.remaining())) {
                throw new SshException(
                        TIMED_OUT,
                        description + " was not reached within "
                                + deadline.limit().toMillis() + " ms");
            }
            if (!opened.isOpened()) {
                throw refused(description, opened.getException());
            }
            usable = true;
            return new ForwardedConnection(channel, description);
        } catch (IOException e) {
            throw e instanceof SshException known ? known : lost(description, e);
        } finally {
            if (!usable) {
                Channels.abandon(channel);
            }
        }
    }

    private static ChannelDirectTcpip newChannel(ClientSession session, int port, String description)
            throws SshException {
        try {
            // By name, as one would with `ssh -L`: servers listen on either of the addresses behind it.
            ChannelDirectTcpip channel = new HalfClosingChannel(
                    new SshdSocketAddress("127.0.0.1", 0), new SshdSocketAddress("localhost", port));
            session.getService(ConnectionService.class).registerChannel(channel);
            return channel;
        } catch (IOException | IllegalStateException e) {
            throw lost(description, e);
        }
    }

    private static SshException refused(String description, @Nullable Throwable cause) {
        if (!(cause instanceof SshChannelOpenException answer)) {
            return lost(description, cause);
        }
        if (answer.getReasonCode() == SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED) {
            throw new ProblemException(
                    new Problem(
                            Problem.Kind.FAILED,
                            "could not reach " + description,
                            "the SSH server there does not allow forwarding (AllowTcpForwarding)",
                            "use an image whose SSH server allows it, as RunPod's official ones do",
                            "everything there goes on"),
                    cause);
        }
        return new SshException(REFUSED, "nothing listens on " + description, cause);
    }

    private static SshException lost(String description, @Nullable Throwable cause) {
        return new SshException(LOST, "the connection to " + description + " broke", cause);
    }

    /**
     * What the other side sends. A read fails with {@link SshException} where the connection broke before the other side
     * had ended its half: what was cut off must not look complete.
     */
    public InputStream in() {
        return new WholeInput(channel.getInvertedOut());
    }

    /** Goes to the other side; flush what it shall see. Closing it ends this half only. */
    public OutputStream out() {
        return channel.getInvertedIn();
    }

    /** Waits until both sides have ended their halves, or the connection broke. */
    public void awaitEnd() throws InterruptedException {
        boolean ended = false;
        while (!ended) {
            ended = Futures.isClosedWithin(channel, UNLIMITED);
        }
    }

    /** Ends both halves at once; waits for nothing. */
    @Override
    public void close() {
        Channels.abandon(channel);
    }

    /**
     * The library's own channel shows the end of the other side's half only when both halves have ended; a client that
     * waits for that end before it says more would wait for ever.
     */
    private static final class HalfClosingChannel extends ChannelDirectTcpip {
        HalfClosingChannel(SshdSocketAddress from, SshdSocketAddress to) {
            super(from, to);
        }

        @Override
        public void handleEof() throws IOException {
            super.handleEof();
            out.close();
        }

        @Override
        protected void doWriteData(byte[] data, int offset, long length) throws IOException {
            Channels.unlessAbandoned(this, () -> super.doWriteData(data, offset, length));
        }
    }

    private final class WholeInput extends FilterInputStream {
        WholeInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            if (count < 0 && !channel.isEofSignalled()) {
                throw lost(description, null);
            }
            return count;
        }
    }
}
