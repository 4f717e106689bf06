package dev.podtrain.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A large file while it arrives here, in ranges and over several connections. Its bytes are in a hidden file beside it; a
 * journal says which ranges are there, so that an interrupted transfer goes on. A line of the journal is a start, a
 * length and a checksum, and is written after the bytes it speaks of; the first one tells the content it belongs to.
 */
final class PartFile implements AutoCloseable {
    private static final int CHUNK = 256 * 1024;

    private final RemoteItem item;
    private final Path part;
    private final Path journal;
    private final List<long[]> there = new ArrayList<>();
    private final AtomicInteger left = new AtomicInteger();
    private @Nullable FileChannel channel;
    private volatile @Nullable String trouble;

    PartFile(RemoteItem item) {
        this.item = item;
        String name =
                LocalTree.HIDDEN + sha256(item.file().getFileName().toString()).substring(0, 32);
        this.part = item.file().resolveSibling(name + ".part");
        this.journal = item.file().resolveSibling(name + ".ranges");
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    RemoteItem item() {
        return item;
    }

    Entry entry() {
        return item.entry();
    }

    /** Begins the file, or goes on with it, and gives the ranges still to be fetched. */
    List<Parcel> begin() throws IOException {
        if (!isOfThisContent()) {
            Files.deleteIfExists(journal);
            Files.deleteIfExists(part);
        }
        if (Files.exists(journal)) {
            readJournal();
        } else {
            Files.writeString(journal, heading() + "\n");
        }
        List<Parcel> ranges = new ArrayList<>();
        for (long[] gap : LargeFile.gaps(there, entry().size())) {
            for (long offset = gap[0]; offset < gap[1]; offset += LargeFile.RANGE) {
                ranges.add(new Parcel.Range(this, offset, Math.min(LargeFile.RANGE, gap[1] - offset)));
            }
        }
        left.set(ranges.size());
        return ranges;
    }

    private String heading() {
        return entry().size() + " " + entry().modified();
    }

    private boolean isOfThisContent() throws IOException {
        try {
            return Files.readString(journal).startsWith(heading() + "\n");
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Believes the ranges whose bytes still have their checksums; the last line may be torn. */
    private void readJournal() throws IOException {
        String text = Files.readString(journal);
        String[] lines = text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1);
        for (int i = 1; i < lines.length; i++) {
            String[] fields = lines[i].split(" ", -1);
            if (fields.length == 3) {
                long[] range = {Long.parseLong(fields[0]), Long.parseLong(fields[1])};
                if (checksum(channel(), range[0], range[1]) == Long.parseLong(fields[2])) {
                    there.add(range);
                }
            }
        }
        close();
    }

    /** Opened when it is needed: a transfer may be about more files than a process can hold open. */
    private synchronized FileChannel channel() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel = open;
        }
        return open;
    }

    private static long checksum(FileChannel channel, long offset, long length) throws IOException {
        CRC32 checksum = new CRC32();
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        long end = offset + length;
        for (long at = offset; at < end; ) {
            buffer.clear().limit((int) Math.min(CHUNK, end - at));
            int taken = channel.read(buffer, at);
            if (taken < 0) {
                return -1;
            }
            checksum.update(buffer.flip());
            at += taken;
        }
        return checksum.getValue();
    }

    void write(byte[] bytes, int length, long offset) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        FileChannel open = channel();
        while (buffer.hasRemaining()) {
            open.write(buffer, offset + buffer.position());
        }
    }

    synchronized void note(long offset, long length, long checksum) throws IOException {
        Files.writeString(journal, offset + " " + length + " " + checksum + "\n", StandardOpenOption.APPEND);
    }

    /** Whether that was the last range. */
    boolean rangeDone() {
        return left.decrementAndGet() == 0;
    }

    /** It cannot be fetched; the first reason counts. */
    synchronized void fail(String reason) {
        if (trouble == null) {
            trouble = reason;
        }
    }

    @Nullable
    String trouble() {
        return trouble;
    }

    /** Gives the file its name; all its ranges have been written. */
    void finish() throws IOException {
        FileChannel open = channel();
        if (open.size() != entry().size()) {
            throw new IOException("the disk did not keep all of it");
        }
        open.force(true);
        close();
        NewFile.reveal(part, item);
        Files.deleteIfExists(journal);
    }

    void abandon() throws IOException {
        close();
        Files.deleteIfExists(part);
        Files.deleteIfExists(journal);
    }

    @Override
    public synchronized void close() throws IOException {
        FileChannel open = channel;
        if (open != null) {
            channel = null;
            open.close();
        }
    }
}
