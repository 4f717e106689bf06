package dev.podtrain.ssh;

import java.util.Optional;

/**
 * Gives connections to somebody who needs one for longer than one lasts. It owns them: it closes what is broken, waits
 * between tries, and decides when to give up.
 */
public interface SessionSource {
    /**
     * The connection to go on with; empty to give up.
     *
     * @param lastFailure why the last one could not be used any longer; empty at first, and when a connection is fine
     *     but what is waited for is not there yet, in which case the same connection may be returned again at once
     */
    Optional<SshSession> next(Optional<SshException> lastFailure) throws InterruptedException;
}
