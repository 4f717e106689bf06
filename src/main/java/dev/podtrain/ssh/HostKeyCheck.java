package dev.podtrain.ssh;

import java.net.SocketAddress;
import java.security.PublicKey;
import java.util.Objects;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.jspecify.annotations.Nullable;

/** Compares the key that one connection's host shows with the ones its target expects, and remembers it. */
final class HostKeyCheck {
    static final AttributeKey<HostKeyCheck> ATTRIBUTE = new AttributeKey<>();

    private final SshTarget target;
    private volatile @Nullable String seen;
    private volatile @Nullable PublicKey key;

    HostKeyCheck(SshTarget target) {
        this.target = target;
    }

    /** Refuses every key of a connection that was made without a check. */
    static ServerKeyVerifier verifier() {
        return HostKeyCheck::verify;
    }

    private static boolean verify(ClientSession session, SocketAddress address, PublicKey key) {
        HostKeyCheck check = session.getConnectionContext().getAttribute(ATTRIBUTE);
        return check != null && check.accepts(key);
    }

    private boolean accepts(PublicKey shown) {
        String fingerprint = KeyUtils.getFingerPrint(BuiltinDigests.sha256, shown);
        seen = fingerprint;
        key = shown;
        return target.accepts(fingerprint);
    }

    /** The fingerprint the host showed, once it did. */
    @Nullable
    String seen() {
        return seen;
    }

    /** The key the host showed, as a line of a {@code known_hosts} file has it: its type and its base64. */
    String publicKeyLine() {
        return PublicKeyEntry.toString(Objects.requireNonNull(key));
    }

    boolean hasFailed() {
        String fingerprint = seen;
        return fingerprint != null && !target.accepts(fingerprint);
    }
}
