package dev.podtrain.ssh;

import static dev.podtrain.ssh.SshException.Kind.LOST;
import static dev.podtrain.ssh.SshException.Kind.TIMED_OUT;

import dev.podtrain.base.Deadline;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.common.channel.ChannelPipedInputStream;

/**
 * A command that is running on the host. Its streams block; an interrupt ends a blocked call with
 * {@link InterruptedIOException}. A broken connection shows as the end of the streams: only {@link #waitFor} tells it
 * from a finished command. Closing does not end the command, but takes its streams away.
 */
public final class RemoteProcess implements AutoCloseable {
    private final ChannelExec channel;
    private final String description;
    private final Deadline deadline;

    RemoteProcess(ChannelExec channel, String description, Deadline deadline) {
        this.channel = channel;
        this.description = description;
        this.deadline = deadline;
    }

    /** Goes to the command's standard input; buffered, so flush what the other side shall see. */
    public OutputStream stdin() {
        return channel.getInvertedIn();
    }

    public InputStream stdout() {
        return new TimedInput(channel.getInvertedOut());
    }

    public InputStream stderr() {
        return new TimedInput(channel.getInvertedErr());
    }

    /**
     * Waits for the command's end: its exit status as {@link RemoteResult} has it, or empty if the deadline passed
     * first. What the command prints must have been read, or it may never end.
     *
     * @throws SshException {@code LOST} if the connection broke, so that nobody knows how the command ended
     */
    public OptionalInt waitFor(Deadline limit) throws InterruptedException, SshException {
        if (!Futures.isClosedWithin(channel, limit.remaining())) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(ExitStatus.of(channel, description));
    }

    /** What a failed read or write of this command's streams means. */
    public SshException failure(IOException e) throws InterruptedException {
        if (e instanceof InterruptedIOException interrupted) {
            throw Futures.interrupt(interrupted);
        }
        if (e instanceof SshException known) {
            return known;
        }
        return deadline.hasPassed()
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
