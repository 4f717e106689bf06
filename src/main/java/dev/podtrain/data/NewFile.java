package dev.podtrain.data;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Puts files of this machine in place: whole or not at all. */
final class NewFile {
    private static final AtomicLong COUNT = new AtomicLong();
    private static final long NOTHING_LEFT = 1024 * 1024;
    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");

    private NewFile() {}

    /** Another thing is where the file should go; the others are not concerned. */
    static final class InTheWayException extends IOException {
        private static final long serialVersionUID = 1L;

        InTheWayException(String reason) {
            super(reason);
        }
    }

    /** Writes a small file under a hidden name, and then gives it its own. */
    static void write(RemoteItem item, byte[] content) throws IOException {
        long number = ProcessHandle.current().pid() * 1_000_000L + COUNT.incrementAndGet();
        Path temporary = item.file().resolveSibling(LocalTree.HIDDEN + Long.toHexString(number) + ".tmp");
        try {
            try (OutputStream out = Files.newOutputStream(temporary)) {
                out.write(content);
            }
            if (Files.size(temporary) != content.length) {
                throw new IOException("the disk did not keep all of it");
            }
            reveal(temporary, item);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Gives a whole file its time, its mode and its name. */
    static void reveal(Path whole, RemoteItem item) throws IOException {
        if (item.entry().executable()) {
            Files.setPosixFilePermissions(whole, PROGRAM);
        }
        setTime(whole, item.entry());
        if (Files.isDirectory(item.file(), LinkOption.NOFOLLOW_LINKS)) {
            throw new InTheWayException("a folder is there");
        }
        Files.move(whole, item.file(), StandardCopyOption.ATOMIC_MOVE);
    }

    static void setTime(Path file, Entry entry) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(entry.modified(), TimeUnit.NANOSECONDS));
    }

    /** What a failed write means: one file's trouble is returned, the disk's stops everything. */
    static String trouble(Path file, IOException e) {
        if (!(e instanceof InTheWayException) && isFull(file)) {
            throw new ProblemException(
                    new Problem(
                            Problem.Kind.FAILED,
                            "no space is left on this machine",
                            file + ": " + e.getMessage(),
                            "free space, then run the command again: it goes on where it stopped",
                            "every file that had arrived is in place, and none is half-visible"),
                    e);
        }
        return e instanceof FileSystemException known && known.getReason() != null
                ? known.getReason()
                : LocalTree.reason(e);
    }

    private static boolean isFull(Path file) {
        try {
            return Files.getFileStore(file.getParent()).getUsableSpace() < NOTHING_LEFT;
        } catch (IOException e) {
            return false;
        }
    }
}
