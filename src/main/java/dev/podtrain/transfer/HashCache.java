package dev.podtrain.transfer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers the hashes of files that did not change, so that a second run does not read them again. A lost or broken
 * cache costs time only.
 */
public final class HashCache {
    private static final String FORMAT = "pod-train hashes 1";

    /**
     * A file changed so shortly before it was read may change again without a visible difference: file systems keep
     * times in steps of up to two seconds. Such an entry is not believed.
     */
    private static final long TOO_FRESH_NANOS = 2_000_000_000L;

    private final Path file;
    private final Map<String, Entry> known;
    private final Map<String, Entry> used = new HashMap<>();
    private final long startNanos;

    private record Entry(FileStat stat, String sha256) {}

    private HashCache(Path file, Map<String, Entry> known, long startNanos) {
        this.file = file;
        this.known = known;
        this.startNanos = startNanos;
    }

    /** Reads the cache, which need not exist. */
    public static HashCache open(Path file) throws IOException {
        Path folder = file.resolveSibling("").toAbsolutePath();
        Files.createDirectories(folder);
        return new HashCache(file, read(file), clockOf(folder));
    }

    /** The time by the file system's own clock, the only one its files' times can be compared with. */
    private static long clockOf(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, "clock", ".tmp");
        try {
            return FileStat.of(probe).modifiedNanos();
        } finally {
            Files.delete(probe);
        }
    }

    private static Map<String, Entry> read(Path file) {
        Map<String, Entry> entries = new HashMap<>();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (!in.readUTF().equals(FORMAT)) {
                return Map.of();
            }
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String path = in.readUTF();
                FileStat stat = new FileStat(in.readLong(), in.readInt(), in.readLong(), in.readLong(), in.readLong());
                entries.put(path, new Entry(stat, in.readUTF()));
            }
            return entries;
        } catch (IOException e) {
            // Absent at first; torn if something else wrote there. Either way every file is read again.
            return Map.of();
        }
    }

    /** The hash of a file that is as it was when the hash was added. */
    public Optional<String> find(String path, FileStat stat) {
        Entry entry = known.get(path);
        if (entry == null || !entry.stat().equals(stat)) {
            return Optional.empty();
        }
        used.put(path, entry);
        return Optional.of(entry.sha256());
    }

    /** Remembers a hash, if the file is old enough for a later change to show in its times. */
    public void add(String path, FileStat stat, String sha256) {
        long newest = Math.max(stat.modifiedNanos(), stat.changedNanos());
        if (newest < startNanos - TOO_FRESH_NANOS) {
            used.put(path, new Entry(stat, sha256));
        }
    }

    /** Replaces the file with what this scan used. */
    public void save() throws IOException {
        if (used.equals(known)) {
            return;
        }
        Path temporary = Files.createTempFile(file.resolveSibling("").toAbsolutePath(), "hashes", ".tmp");
        try {
            try (DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary)))) {
                out.writeUTF(FORMAT);
                out.writeInt(used.size());
                for (Map.Entry<String, Entry> entry : used.entrySet()) {
                    write(out, entry.getKey(), entry.getValue());
                }
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void write(DataOutputStream out, String path, Entry entry) throws IOException {
        FileStat stat = entry.stat();
        out.writeUTF(path);
        out.writeLong(stat.size());
        out.writeInt(stat.mode());
        out.writeLong(stat.inode());
        out.writeLong(stat.modifiedNanos());
        out.writeLong(stat.changedNanos());
        out.writeUTF(entry.sha256());
    }
}
