package dev.podtrain.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The objects of one network volume: its regular files and directories, under their plain names. Symbolic links are no
 * objects: one made in a pod could lead to files of the host.
 */
final class S3Files {
    /** Where unfinished uploads lie on the provider's volumes too (its page, 2026-08). */
    static final String HIDDEN = ".s3compat_uploads";

    private static final String EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e";

    private final Path root;

    /** ETags of files whose size and time are still those; of others they are computed when they are asked for. */
    private final Map<Path, Tag> tags = new ConcurrentHashMap<>();

    S3Files(Path root) {
        this.root = root;
    }

    private record Tag(long size, Instant modified, String etag) {}

    /**
     * An object.
     *
     * @param key ends in a slash for a directory
     * @param etag without quotes
     */
    record Found(String key, Path path, long size, Instant modified, String etag) {}

    /** Content that has arrived but shows under no name yet. */
    record Arrived(Path temporary, String md5, String sha256) {}

    Path root() {
        return root;
    }

    Path hidden() {
        return root.resolve(HIDDEN);
    }

    /** @throws S3Refusal NoSuchKey if there is none */
    Found need(String key) {
        return find(key).orElseThrow(S3Refusal::noSuchKey);
    }

    private Optional<Found> find(String key) {
        Path path = path(key);
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            boolean fits = key.endsWith("/") ? attributes.isDirectory() : attributes.isRegularFile();
            return fits && isInside(path) ? Optional.of(found(key, path, attributes)) : Optional.empty();
        } catch (NoSuchFileException | NotDirectoryException none) {
            return Optional.empty();
        } catch (FileSystemException none) {
            // Such as a file where the key has a directory.
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** An object whose file was just looked at. */
    Found found(String key, Path path, BasicFileAttributes attributes) throws IOException {
        Instant modified = attributes.lastModifiedTime().toInstant();
        if (attributes.isDirectory()) {
            return new Found(key, path, 0, modified, EMPTY_MD5);
        }
        Tag known = tags.get(path);
        if (known == null
                || known.size() != attributes.size()
                || !known.modified().equals(modified)) {
            known = new Tag(attributes.size(), modified, md5(path));
            tags.put(path, known);
        }
        return new Found(key, path, attributes.size(), modified, known.etag());
    }

    private static String md5(Path file) throws IOException {
        MessageDigest md5 = digest("MD5");
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), md5)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(md5.digest());
    }

    /** Takes content in, to be published or thrown away. */
    Arrived receive(InputStream in, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, "arriving-", "");
        MessageDigest md5 = digest("MD5");
        MessageDigest sha256 = digest("SHA-256");
        try (OutputStream out = Files.newOutputStream(temporary)) {
            new DigestInputStream(new DigestInputStream(in, md5), sha256).transferTo(out);
        } catch (IOException failure) {
            Files.deleteIfExists(temporary);
            throw failure;
        }
        return new Arrived(
                temporary,
                HexFormat.of().formatHex(md5.digest()),
                HexFormat.of().formatHex(sha256.digest()));
    }

    /** Lets content appear under a name, whole, in place of what was there. */
    Found publish(String key, Path temporary, String etag) throws IOException {
        Path target = path(key);
        try {
            Files.createDirectories(parent(target));
            if (!isInside(target) || Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw S3Refusal.of("InvalidArgument", "a directory or a link has this name");
            }
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (FileSystemException failure) {
            if (isFull(failure)) {
                throw failure;
            }
            throw S3Refusal.of("InvalidArgument", "a file has the name of one of its folders, or it is too long");
        } finally {
            Files.deleteIfExists(temporary);
        }
        BasicFileAttributes attributes = Files.readAttributes(target, BasicFileAttributes.class);
        tags.put(
                target, new Tag(attributes.size(), attributes.lastModifiedTime().toInstant(), etag));
        return found(key, target, attributes);
    }

    void createDirectory(String key) throws IOException {
        Path target = path(key);
        Files.createDirectories(target);
        if (!isInside(target)) {
            throw S3Refusal.of("InvalidArgument", "a link has the name of one of its folders");
        }
    }

    /** Nothing happens if it is not there; a directory goes only if it is empty. */
    void delete(String key) throws IOException {
        Optional<Found> there = find(key);
        if (there.isPresent()) {
            try {
                Files.deleteIfExists(there.get().path());
            } catch (DirectoryNotEmptyException inUse) {
                return;
            }
        }
    }

    static boolean isFull(IOException failure) {
        String said = String.valueOf(failure.getMessage());
        return said.contains("No space left") || said.contains("quota exceeded");
    }

    /** @throws S3Refusal if no file can have that name */
    private Path path(String key) {
        String plain = key.endsWith("/") ? key.substring(0, key.length() - 1) : key;
        Path path = root;
        for (String name : plain.split("/", -1)) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                throw S3Refusal.of("InvalidArgument", "the key is no path below the volume");
            }
            try {
                path = path.resolve(name);
            } catch (InvalidPathException impossible) {
                throw S3Refusal.of("InvalidArgument", "the key cannot be a file's name");
            }
        }
        if (path.startsWith(hidden())) {
            throw S3Refusal.of("AccessDenied", "the folder of unfinished uploads");
        }
        return path;
    }

    private boolean isInside(Path path) throws IOException {
        return parent(path).toRealPath().startsWith(root.toRealPath()) && !Files.isSymbolicLink(path);
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
