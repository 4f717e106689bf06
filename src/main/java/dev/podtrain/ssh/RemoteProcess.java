package dev.podtrain.ssh;

import dev.podtrain.base.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.OptionalInt;

/**
 * A command that is running on the host. Its streams block; an interrupt ends a blocked call with
 * {@link java.io.InterruptedIOException}. A broken connection shows as the end of the streams: only {@link #waitFor}
 * tells it from a finished command. Closing does not end the command, but takes its streams away.
 */
public interface RemoteProcess extends AutoCloseable {
    /** Goes to the command's standard input; buffered, so flush what the other side shall see. */
    OutputStream stdin();

    InputStream stdout();

    InputStream stderr();

    /**
     * Waits for the command's end: its exit status as {@link RemoteResult} has it, or empty if the deadline passed
     * first. What the command prints must have been read, or it may never end.
     *
     * @throws SshException {@code LOST} if the connection broke, so that nobody knows how the command ended
     */
    OptionalInt waitFor(Deadline limit) throws InterruptedException, SshException;

    /** What a failed read or write of this command's streams means. */
    SshException failure(IOException e) throws InterruptedException;

    @Override
    void close();
}
