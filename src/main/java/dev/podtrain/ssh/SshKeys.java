package dev.podtrain.ssh;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/** Private keys in files: made when there is none, read and checked when there is one. */
public final class SshKeys {
    /** A 16384-bit RSA key is 13 KB; what is larger is not a key. */
    private static final long MAX_SIZE = 64 * 1024;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private SshKeys() {}

    /**
     * The public key line ({@code ssh-ed25519 AAAA… comment}) of a private key file, which is made first if it does not
     * exist: ed25519, OpenSSH format, mode 0600, whole or not there at all. Two processes that do this at the same time
     * get the same key. An existing file may hold an unencrypted RSA, ECDSA or ed25519 key and is never changed.
     *
     * @param comment ends the public key line; one line
     */
    public static String ensure(Path privateKey, String comment) {
        if (comment.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a key's comment is one line");
        }
        try {
            if (!Files.exists(privateKey)) {
                create(privateKey, comment);
            }
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.usage(
                            "could not create the SSH key " + privateKey,
                            describe(e),
                            "make that folder writable or set SSH_KEY_PATH to another file"),
                    e);
        }
        return PublicKeyEntry.toString(load(privateKey).getPublic()) + " " + comment;
    }

    /** Throws if this file is no private key that can be used. */
    public static void check(Path privateKey) {
        load(privateKey);
    }

    private static void create(Path privateKey, String comment) throws IOException {
        Path folder = privateKey.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path temporary = Files.createTempFile(
                folder, privateKey.getFileName() + ".", ".tmp", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            writeAndSync(temporary, newKey(comment));
            // A link fails if the name is taken, so of two processes exactly one key wins, and it is complete.
            Files.createLink(privateKey, temporary);
        } catch (FileAlreadyExistsException e) {
            // Another process was faster: its key is the key.
        } finally {
            Files.delete(temporary);
        }
    }

    private static byte[] newKey(String comment) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            KeyPair pair = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, comment, null, text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make ed25519 keys", e);
        }
        return text.toByteArray();
    }

    private static void writeAndSync(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** The key pair in an existing file. Nothing of the file's content shows in what is thrown. */
    static KeyPair load(Path privateKey) {
        byte[] content;
        try {
            checkPermissions(privateKey);
            content = read(privateKey);
        } catch (NoSuchFileException e) {
            throw unusable(privateKey, "there is no such file", "correct SSH_KEY_PATH or leave it out");
        } catch (IOException e) {
            throw unusable(privateKey, describe(e), "make it readable for you: chmod 600 '" + privateKey + "'");
        }
        return parse(privateKey, content);
    }

    private static void checkPermissions(Path privateKey) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(privateKey);
        boolean othersMayReadOrWrite = permissions.stream()
                .anyMatch(permission -> permission.name().startsWith("GROUP_")
                        || permission.name().startsWith("OTHERS_"));
        if (othersMayReadOrWrite) {
            throw unusable(
                    privateKey,
                    "other users of this machine may use it (mode " + PosixFilePermissions.toString(permissions) + ")",
                    "run: chmod 600 '" + privateKey + "'");
        }
    }

    private static byte[] read(Path privateKey) throws IOException {
        if (!Files.isRegularFile(privateKey)) {
            throw unusable(privateKey, "it is not a file", "set SSH_KEY_PATH to a private key file");
        }
        if (Files.size(privateKey) > MAX_SIZE) {
            throw notAKey(privateKey);
        }
        return Files.readAllBytes(privateKey);
    }

    private static KeyPair parse(Path privateKey, byte[] content) {
        // The parser knows no passphrases in PKCS #8, whose header says it in plain text.
        boolean saysEncrypted = new String(content, StandardCharsets.ISO_8859_1).contains("ENCRYPTED");
        AtomicBoolean passphraseAsked = new AtomicBoolean(saysEncrypted);
        FilePasswordProvider noPassphrase = (session, resource, retry) -> {
            passphraseAsked.set(true);
            return null;
        };
        try {
            Iterable<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(
                    null, new PathResource(privateKey), new ByteArrayInputStream(content), noPassphrase);
            Iterator<KeyPair> found = pairs == null ? null : pairs.iterator();
            if (found != null && found.hasNext()) {
                return found.next();
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // The parser's exceptions quote parts of the file, so none is passed on; RuntimeException because it
            // answers garbage with index and argument errors.
            if (!passphraseAsked.get()) {
                throw notAKey(privateKey);
            }
        }
        if (passphraseAsked.get()) {
            throw unusable(
                    privateKey,
                    "it is protected by a passphrase; passphrases and ssh-agent are not supported",
                    "set SSH_KEY_PATH to a key without a passphrase, or leave it out: a key for this run is then made");
        }
        throw notAKey(privateKey);
    }

    private static ProblemException notAKey(Path privateKey) {
        return unusable(
                privateKey,
                "it holds no private key that can be read (RSA, ECDSA or ed25519, in OpenSSH or PEM format)",
                "set SSH_KEY_PATH to a private key file, the one without .pub");
    }

    private static ProblemException unusable(Path privateKey, String why, String next) {
        return new ProblemException(Problem.usage("cannot use the SSH key " + privateKey, why, next));
    }

    private static String describe(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
