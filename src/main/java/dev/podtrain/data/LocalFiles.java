package dev.podtrain.data;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Reads files of this machine, and tells their failures from a connection's. */
final class LocalFiles {
    private LocalFiles() {}

    /** A file here cannot be read; the transfer of the others goes on. */
    static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Not a channel's stream: that costs twice as much for a small file. */
    static InputStream open(Path file) throws UnreadableException {
        try {
            return new FileInputStream(file.toFile());
        } catch (FileNotFoundException e) {
            // The one exception for everything that can be wrong: ask again in a way that tells.
            throw new UnreadableException(Files.exists(file) ? new AccessDeniedException(file.toString()) : e);
        }
    }

    static InputStream openAt(Path file, long offset) throws UnreadableException {
        InputStream in = open(file);
        try {
            in.skipNBytes(offset);
            return in;
        } catch (IOException e) {
            throw new UnreadableException(e);
        }
    }

    static int read(InputStream in, byte[] target, int length) throws UnreadableException {
        try {
            return in.read(target, 0, length);
        } catch (IOException e) {
            throw new UnreadableException(e);
        }
    }

    static boolean exists(Path file) {
        return Files.exists(file);
    }

    static BasicFileAttributes attributes(Path file) throws UnreadableException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new UnreadableException(e);
        }
    }
}
