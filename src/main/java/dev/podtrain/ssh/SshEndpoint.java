package dev.podtrain.ssh;

import java.nio.file.Path;

/**
 * Where and how a session is logged in.
 *
 * @param privateKey the key's file, which only its owner can read
 * @param hostKey the host's public key, which was checked, as a line of a {@code known_hosts} file has it: its type, a
 *     space and its base64
 */
public record SshEndpoint(String host, int port, String user, Path privateKey, String hostKey) {
    /** The key's type, such as {@code ssh-ed25519}. */
    String hostKeyType() {
        return hostKey.substring(0, hostKey.indexOf(' '));
    }
}
