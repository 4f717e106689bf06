package dev.podtrain.ssh;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An SSH operation that did not work, with what the caller needs to decide: try again, or tell the user. */
public final class SshException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** Nobody listens on the port: normal while a pod boots. */
        REFUSED(true),
        /** No route, no such name, or no answer to the connection request. */
        UNREACHABLE(true),
        /** Connected, but the other side hung up or said nothing before the SSH handshake: normal while a pod boots. */
        BANNER(true),
        /** The host showed a key that is none of the expected ones. Nothing was sent to it. */
        HOST_KEY_MISMATCH(false),
        /** The host does not accept the private key for this user. */
        AUTH_REJECTED(false),
        /** The connection broke; a command may have been carried out, wholly or in part. */
        LOST(true),
        /** The deadline passed; a command may still be running. */
        TIMED_OUT(false),
        /** The command printed more than is kept in memory; it was cut off there. */
        TOO_MUCH_OUTPUT(false),
        /** A script of ours ended with an error of its own, or there is nothing on the host to run it with. */
        SCRIPT_FAILED(false);

        private final boolean retryable;

        Kind(boolean retryable) {
            this.retryable = retryable;
        }
    }

    private final Kind kind;

    SshException(Kind kind, String message) {
        this(kind, message, null);
    }

    SshException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether connecting again may help. Whether a command may be repeated is the caller's knowledge. */
    public boolean isRetryable() {
        return kind.retryable;
    }
}
