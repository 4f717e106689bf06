package dev.podtrain.data;

import dev.podtrain.s3.S3Object;
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
import java.util.Objects;

/**
 * What this machine put onto a volume over S3, so that the next time size and time decide there too: an object's own time
 * is that of its upload. Losing it costs hashing, and perhaps sending again what went in several parts.
 */
final class S3Record {
    private static final String FORMAT = "pod-train s3 1";

    private final Path file;
    private final Map<String, Line> lines;
    private boolean changed;

    /** What a file was like when it was put, and what its object was like then. */
    private record Line(long size, long modified, String object) {}

    private S3Record(Path file, Map<String, Line> lines) {
        this.file = file;
        this.lines = lines;
    }

    static S3Record open(Path file) {
        Map<String, Line> lines = new HashMap<>();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (in.readUTF().equals(FORMAT)) {
                int count = in.readInt();
                for (int i = 0; i < count; i++) {
                    lines.put(in.readUTF(), new Line(in.readLong(), in.readLong(), in.readUTF()));
                }
            }
        } catch (IOException e) {
            // Absent at first, or torn.
            lines.clear();
        }
        return new S3Record(file, lines);
    }

    /** Whether the object is the one that was made of the file as it is now. */
    synchronized boolean matches(String key, Entry entry, S3Object object) {
        return new Line(entry.size(), entry.modified(), identity(object)).equals(lines.get(key));
    }

    synchronized void put(String key, Entry entry, S3Object object) {
        lines.put(key, new Line(entry.size(), entry.modified(), identity(object)));
        changed = true;
    }

    private static String identity(S3Object object) {
        return object.size() + " " + object.lastModified() + " " + Objects.requireNonNullElse(object.etag(), "");
    }

    synchronized void save() throws IOException {
        if (!changed) {
            return;
        }
        Files.createDirectories(file.resolveSibling(""));
        Path temporary = Files.createTempFile(file.resolveSibling(""), "s3", ".tmp");
        try {
            try (DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary)))) {
                out.writeUTF(FORMAT);
                out.writeInt(lines.size());
                for (Map.Entry<String, Line> entry : lines.entrySet()) {
                    out.writeUTF(entry.getKey());
                    out.writeLong(entry.getValue().size());
                    out.writeLong(entry.getValue().modified());
                    out.writeUTF(entry.getValue().object());
                }
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            changed = false;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
