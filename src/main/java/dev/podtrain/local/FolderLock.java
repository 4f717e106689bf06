package dev.podtrain.local;

import dev.podtrain.base.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/** A lock between processes (and between threads) that ends with its holder, however that ends. */
final class FolderLock implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Empty if somebody else has it. */
    static Optional<FolderLock> tryTake(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(new FolderLock(channel));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot lock " + file, failure);
        }
    }

    private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByAnotherThread) {
            return null;
        }
    }

    /** @throws IllegalStateException if the deadline passes first */
    static FolderLock await(Path file, Deadline deadline) throws InterruptedException {
        while (true) {
            Optional<FolderLock> lock = tryTake(file);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (deadline.hasPassed()) {
                throw new IllegalStateException("somebody else has held " + file + " for " + deadline.limit());
            }
            deadline.pause(LOOK_AGAIN);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot give up a lock", failure);
        }
    }
}
