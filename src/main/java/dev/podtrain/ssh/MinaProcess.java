package dev.podtrain.ssh;

import static dev.podtrain.ssh.SshException.Kind.LOST;
import static dev.podtrain.ssh.SshException.Kind.TIMED_OUT;

import dev.podtrain.base.Deadline;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.OptionalInt;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.common.channel.ChannelPipedInputStream;

/** A command on a channel of Apache MINA SSHD. */
final class MinaProcess implements RemoteProcess {
    private final ChannelExec channel;
    private final String description;
    private final Deadline deadline;

    MinaProcess(ChannelExec channel, String description, Deadline deadline) {
        this.channel = channel;
        this.description = description;
        this.deadline = deadline;
    }

    @Override
    public OutputStream stdin() {
        return channel.getInvertedIn();
    }

    @Override
    public InputStream stdout() {
        return new TimedInput(channel.getInvertedOut());
    }

    @Override
    public InputStream stderr() {
        return new TimedInput(channel.getInvertedErr());
    }

    @Override
    public OptionalInt waitFor(Deadline limit) throws InterruptedException, SshException {
        if (!Futures.isClosedWithin(channel, limit.remaining())) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(ExitStatus.of(channel, description));
    }

    @Override
    public SshException failure(IOException e) throws InterruptedException {
        Futures.throwIfInterrupt(e);
        if (e instanceof SshException known) {
            return known;
        }
        return deadline.hasPassed() || e instanceof SocketTimeoutException
                ? new SshException(
                        TIMED_OUT,
                        description + " was not done within " + deadline.limit().toMillis() + " ms",
                        e)
                : new SshException(LOST, "the connection to " + description + " broke", e);
    }

    @Override
    public void close() {
        Channels.abandon(channel);
    }

    /** Gives every blocked read what is left of the process's deadline. */
    private final class TimedInput extends FilterInputStream {
        TimedInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (in instanceof ChannelPipedInputStream pipe) {
                Duration left = deadline.remaining();
                // Zero would mean "for ever".
                pipe.setTimeout(Math.max(1, left.toMillis()));
            }
            return in.read(target, offset, length);
        }
    }
}
