package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * This machine's copy of a run's log. It grows only at its end, so its size is the offset of the next byte to ask the pod
 * for: what was shown before a crash is neither lost nor fetched again.
 */
final class LogCopy {
    private static final int BLOCK = 8192;
    private static final Set<StandardOpenOption> FOR_APPENDING =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path file;

    LogCopy(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /** How many bytes of the log are here. */
    long size() {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw problem(e);
        }
    }

    /**
     * Adds bytes at the end; bytes that are here already, after two followers met, are left out. Each byte has its place:
     * two terminals that follow the same log at the same time write the same there.
     */
    void append(long offset, byte[] bytes, int length) {
        try (FileChannel channel = FileChannel.open(file, FOR_APPENDING, OWNER_ONLY)) {
            long size = channel.size();
            if (offset > size) {
                throw new IllegalStateException("a gap in the log: " + size + " to " + offset);
            }
            long known = size - offset;
            if (known < length) {
                ByteBuffer rest = ByteBuffer.wrap(bytes, (int) known, length - (int) known);
                while (rest.hasRemaining()) {
                    channel.write(rest, offset + rest.position());
                }
            }
        } catch (IOException e) {
            throw problem(e);
        }
    }

    /** Puts the copy aside, because the pod's log is another one now; nothing is deleted. */
    void putAside(String suffix) {
        try {
            Path aside = file.resolveSibling(file.getFileName() + "." + suffix);
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw problem(e);
        }
    }

    /** Hands the copy from {@code offset} on to a sink. */
    void read(long offset, RunOperations.LogSink sink) {
        if (!Files.exists(file)) {
            return;
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(offset);
            byte[] block = new byte[BLOCK];
            long position = offset;
            for (int n = in.read(block); n > 0; n = in.read(block)) {
                sink.accept(position, block, n);
                position += n;
            }
        } catch (IOException e) {
            throw problem(e);
        }
    }

    /** The offset at which the last {@code lines} lines begin; 0 if there are fewer. */
    long offsetOfLast(int lines) {
        if (lines == 0 || !Files.exists(file)) {
            return size();
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] block = new byte[BLOCK];
            long end = in.length();
            int wanted = lines;
            // A newline at the very end closes the last line, it does not begin another one.
            for (long blockEnd = end; blockEnd > 0; blockEnd -= Math.min(BLOCK, blockEnd)) {
                long start = Math.max(0, blockEnd - BLOCK);
                int n = (int) (blockEnd - start);
                in.seek(start);
                in.readFully(block, 0, n);
                for (int i = n - 1; i >= 0; i--) {
                    if (block[i] == '\n' && start + i != end - 1 && --wanted == 0) {
                        return start + i + 1;
                    }
                }
            }
            return 0;
        } catch (IOException e) {
            throw problem(e);
        }
    }

    /** The last bytes, at most so many. */
    byte[] tail(int limit) {
        if (!Files.exists(file)) {
            return new byte[0];
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long start = Math.max(0, in.length() - limit);
            byte[] bytes = new byte[(int) (in.length() - start)];
            in.seek(start);
            in.readFully(bytes);
            return bytes;
        } catch (IOException e) {
            throw problem(e);
        }
    }

    private ProblemException problem(IOException e) {
        return new ProblemException(
                new Problem(
                        Problem.Kind.FAILED,
                        "could not use this machine's copy of the log",
                        file + ": " + e.getMessage(),
                        "make room or mend the permissions there, then follow again with 'pod-train logs -f'",
                        "the training goes on; its whole log is on the volume"),
                e);
    }
}
