package dev.podtrain.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/**
 * What the file system says about a file, links not followed.
 *
 * @param mode the whole {@code st_mode}
 * @param modifiedNanos since 1970
 * @param changedNanos since 1970; unlike the time of modification no program can set it
 */
public record FileStat(long size, int mode, long inode, long modifiedNanos, long changedNanos) {
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int FOLDER = 0040000;
    private static final int LINK = 0120000;

    /** Asks the file system. */
    public static FileStat of(Path file) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(file, "unix:size,mode,ino,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
        return new FileStat(
                ((Number) value(attributes, "size")).longValue(),
                ((Number) value(attributes, "mode")).intValue(),
                ((Number) value(attributes, "ino")).longValue(),
                nanos((FileTime) value(attributes, "lastModifiedTime")),
                nanos((FileTime) value(attributes, "ctime")));
    }

    private static Object value(Map<String, Object> attributes, String name) {
        Object value = attributes.get(name);
        if (value == null) {
            throw new IllegalStateException("the file system does not tell " + name);
        }
        return value;
    }

    private static long nanos(FileTime time) {
        Instant instant = time.toInstant();
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    boolean isFolder() {
        return (mode & TYPE) == FOLDER;
    }

    boolean isLink() {
        return (mode & TYPE) == LINK;
    }

    boolean isExecutable() {
        return (mode & 0100) != 0;
    }
}
