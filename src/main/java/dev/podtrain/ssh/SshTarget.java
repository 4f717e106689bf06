package dev.podtrain.ssh;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where to connect, as whom, and which host keys are right.
 *
 * @param host a name or address
 * @param port 1 to 65535
 * @param user the account on the host
 * @param privateKey an unencrypted private key that only its owner can read, see {@link SshKeys}
 * @param fingerprints of the accepted host keys, as {@code ssh-keygen -l} prints them: {@code SHA256:} and 43
 *     characters of base64; at least one
 */
public record SshTarget(String host, int port, String user, Path privateKey, Set<String> fingerprints) {
    /** Stands for "whatever key the host shows"; cannot be a fingerprint. */
    private static final String ANY = "any";

    private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");

    public SshTarget {
        if (host.isBlank() || user.isBlank()) {
            throw new IllegalArgumentException("an SSH target needs a host and a user");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
        Objects.requireNonNull(privateKey);
        fingerprints = Set.copyOf(fingerprints);
        if (fingerprints.isEmpty()) {
            throw new IllegalArgumentException("no fingerprint given for " + host + ":" + port);
        }
        for (String fingerprint : fingerprints) {
            if (!fingerprint.equals(ANY) && !FINGERPRINT.matcher(fingerprint).matches()) {
                throw new IllegalArgumentException("not a host key fingerprint: " + fingerprint);
            }
        }
    }

    /**
     * A host whose key nobody told us: whatever it shows is accepted. Only for a user who asked for exactly that; read
     * {@link SshSession#hostKey()} afterwards and pin it from then on.
     */
    public static SshTarget acceptingNewKey(String host, int port, String user, Path privateKey) {
        return new SshTarget(host, port, user, privateKey, Set.of(ANY));
    }

    boolean accepts(String fingerprint) {
        return fingerprints.contains(ANY) || fingerprints.contains(fingerprint);
    }

    /** The address for messages. */
    String address() {
        return user + "@" + host + ":" + port;
    }
}
