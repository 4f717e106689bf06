package dev.podtrain.data;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/** Reads files of this machine, and tells their failures from a connection's. */
final class LocalFiles {
    private static final int CHUNK = 256 * 1024;

    private LocalFiles() {}

    /** A file here cannot be read; the transfer of the others goes on. */
    static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Not a channel's stream: that costs twice as much for a small file. */
    private static FileInputStream open(Path file) throws UnreadableException {
        try {
            return new FileInputStream(file.toFile());
        } catch (FileNotFoundException e) {
            // The one exception for everything that can be wrong: ask again in a way that tells.
            throw new UnreadableException(Files.exists(file) ? new AccessDeniedException(file.toString()) : e);
        }
    }

    static FileChannel channel(Path file) throws UnreadableException {
        return open(file).getChannel();
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

    /**
     * Sends up to that many bytes from there on; 0 if the file ends there.
     *
     * @throws UnreadableException if it is the file that fails, not what it is sent to
     */
    static long send(FileChannel file, long position, long length, WritableByteChannel target) throws IOException {
        try {
            return file.transferTo(position, length, target);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            // Which of the two it was the exception does not tell.
            readOneByte(file, position);
            throw e;
        }
    }

    private static void readOneByte(FileChannel file, long position) throws UnreadableException {
        try {
            file.read(ByteBuffer.allocate(1), position);
        } catch (IOException e) {
            throw new UnreadableException(e);
        }
    }

    /** Of a part of the file, CRC-32; empty if that cannot be read whole. */
    static OptionalLong checksum(Path file, long offset, long length) {
        CRC32 checksum = new CRC32();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = openAt(file, offset)) {
            for (long left = length; left > 0; ) {
                int taken = in.read(chunk, 0, (int) Math.min(left, CHUNK));
                if (taken < 0) {
                    return OptionalLong.empty();
                }
                checksum.update(chunk, 0, taken);
                left -= taken;
            }
            return OptionalLong.of(checksum.getValue());
        } catch (IOException e) {
            return OptionalLong.empty();
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
