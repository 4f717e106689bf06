package dev.podtrain.ssh;

import dev.podtrain.base.Deadline;
import java.util.List;

/**
 * One logged-in connection. Several commands may run on it at once, from several threads. A connection that falls
 * silent is closed after 6 seconds at the latest, and whatever waits on it fails with {@code LOST}.
 */
public interface SshSession extends AutoCloseable {
    /** The fingerprint of the host's key, {@code SHA256:…}. */
    String hostKey();

    /** What another SSH program needs to log in to the same host with the same checks. */
    SshEndpoint endpoint();

    boolean isOpen();

    /** For somebody who waits beside it: fails with {@code LOST} once the connection is gone. */
    void throwIfLost() throws SshException;

    /**
     * Has the host connect to one of its own ports; see {@link ForwardedConnection}.
     *
     * @param port 1 to 65535
     */
    ForwardedConnection forward(int port, Deadline deadline) throws InterruptedException, SshException;

    /** {@link #exec(List, byte[], Deadline)} with an empty standard input. */
    default RemoteResult exec(List<String> command, Deadline deadline) throws InterruptedException, SshException {
        return exec(command, new byte[0], deadline);
    }

    /**
     * Runs a command and waits for its end and for the end of its output: a child left in the background must not keep
     * the output open. Every argument arrives exactly as it is given. Where the connection breaks or the deadline
     * passes first, the command may have run or may still be running.
     */
    RemoteResult exec(List<String> command, byte[] stdin, Deadline deadline) throws InterruptedException, SshException;

    /** Starts a command whose streams the caller reads and writes while it runs, without a time limit. */
    RemoteProcess open(List<String> command) throws InterruptedException, SshException;

    /** Starts a command whose streams the caller uses until the deadline; after it they fail with {@code TIMED_OUT}. */
    RemoteProcess open(List<String> command, Deadline deadline) throws InterruptedException, SshException;

    /**
     * Puts files in place in one round trip, each whole or not at all: written beside its place under a temporary name
     * that only the owner can read, synced, given its mode, renamed. Missing folders are made. After a failure the first
     * files may be new, and the others are untouched.
     *
     * @throws dev.podtrain.base.ProblemException if the host cannot write one
     */
    void writeFiles(List<RemoteFile> files, Deadline deadline) throws InterruptedException, SshException;

    @Override
    void close();
}
