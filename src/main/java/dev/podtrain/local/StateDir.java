package dev.podtrain.local;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the local cloud keeps everything, readable by its user only.
 *
 * <pre>
 * endpoint.json   address and keys of the running process
 * account.json    keys and settings that survive it
 * server.log      what the process printed
 * bills.ndjson    what terminated pods cost
 * image/          what every pod's container disk starts from
 * volumes/ID/     the files of a network volume
 * pods/ID/        one pod, see {@link PodDirectory}
 * </pre>
 */
record StateDir(Path root) {
    Path endpoint() {
        return root.resolve("endpoint.json");
    }

    Path account() {
        return root.resolve("account.json");
    }

    Path serverLog() {
        return root.resolve("server.log");
    }

    Path bills() {
        return root.resolve("bills.ndjson");
    }

    /** Held by whoever starts the process. */
    Path startLock() {
        return root.resolve("start.lock");
    }

    /** Held by the process while it serves. */
    Path serveLock() {
        return root.resolve("serve.lock");
    }

    Path image() {
        return root.resolve("image");
    }

    Path volume(String id) {
        return root.resolve("volumes").resolve(id);
    }

    Path pods() {
        return root.resolve("pods");
    }

    PodDirectory pod(String id) {
        return new PodDirectory(pods().resolve(id));
    }

    void create() {
        try {
            createPrivate(root);
            createPrivate(root.resolve("volumes"));
            createPrivate(pods());
        } catch (IOException failure) {
            throw new ProblemException(
                    new Problem(
                            Problem.Kind.FAILED,
                            "could not make the local cloud's folder",
                            root + " cannot be made or written to: " + failure.getMessage(),
                            "mend its permissions, or set XDG_STATE_HOME to a directory you can write to",
                            "nothing was started"),
                    failure);
        }
    }

    static void createPrivate(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /** Replaces a file in one step; it is never readable by others, not even while it is written. */
    static void write(Path file, byte[] content) {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.deleteIfExists(temporary);
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException impossible) {
            throw new IllegalStateException("a rename within one folder is atomic", impossible);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + file, failure);
        }
    }

    /** Deletes a folder with everything in it, whatever a pod did to its permissions; symbolic links are not followed. */
    static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new Remover());
        } catch (NoSuchFileException gone) {
            return;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete " + folder, failure);
        }
    }

    private static final class Remover extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(
                Path folder, java.io.@org.jspecify.annotations.Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
