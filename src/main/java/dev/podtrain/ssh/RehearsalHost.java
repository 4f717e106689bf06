package dev.podtrain.ssh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Set;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;

/**
 * This machine as an SSH host, for the build's rehearsal alone: on loopback, for seconds, for the holder of one
 * key, and every command runs as the user who builds.
 */
public final class RehearsalHost implements AutoCloseable {
    private final SshServer server;
    private final KeyPair key;
    private final Path userKey;

    private RehearsalHost(SshServer server, KeyPair key, Path userKey) {
        this.server = server;
        this.key = key;
        this.userKey = userKey;
    }

    /**
     * Listens from now on.
     *
     * @param userKey the private key whose holder may log in, and nobody else
     */
    public static RehearsalHost start(Path userKey) throws IOException {
        PublicKey user = SshKeys.load(userKey).getPublic();
        try {
            KeyPair key = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
            SshServer server = SshServer.setUpDefaultServer();
            server.setHost("127.0.0.1");
            server.setPort(0);
            server.setKeyPairProvider(KeyPairProvider.wrap(key));
            server.setPublickeyAuthenticator((name, offered, session) -> KeyUtils.compareKeys(offered, user));
            server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
            server.start();
            return new RehearsalHost(server, key, userKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks cryptography that SSH needs", e);
        }
    }

    /** Where it listens, with its own key pinned. */
    public SshTarget target() {
        String fingerprint = KeyUtils.getFingerPrint(BuiltinDigests.sha256, key.getPublic());
        return new SshTarget("127.0.0.1", server.getPort(), "root", userKey, Set.of(fingerprint));
    }

    @Override
    public void close() {
        try {
            server.stop(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
