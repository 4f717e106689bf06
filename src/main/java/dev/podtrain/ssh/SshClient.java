package dev.podtrain.ssh;

import dev.podtrain.base.Deadline;

/**
 * Opens SSH connections. Uses nothing of the user's own SSH set-up: no {@code ~/.ssh/config}, no agent, no
 * {@code known_hosts}, no key but the target's.
 */
public interface SshClient extends AutoCloseable {
    /** Gets ready on a thread of its own while the caller waits for something else; returns at once. */
    void warmUp();

    /**
     * Connects, checks the host key and logs in. One try of at most 15 seconds: the caller decides about more, see
     * {@link SshException#isRetryable()}. After a failure nothing is left open.
     *
     * @throws dev.podtrain.base.ProblemException if the private key cannot be used
     */
    SshSession connect(SshTarget target, Deadline deadline) throws InterruptedException, SshException;

    /** Closes every session. */
    @Override
    void close();
}
