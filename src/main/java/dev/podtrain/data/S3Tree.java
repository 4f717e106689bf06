package dev.podtrain.data;

import dev.podtrain.s3.ContentTag;
import dev.podtrain.s3.S3Object;
import dev.podtrain.s3.S3Volume;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is on a volume below one key, as its S3 API shows it.
 *
 * @param entries by path below {@code top}; folders come before what is in them
 * @param objects the files' objects by the same paths
 */
record S3Tree(Map<String, Entry> entries, Map<String, S3Object> objects) {
    S3Tree() {
        this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /**
     * Adds what is at a key: a file, or a folder with all that is in it.
     *
     * @param key without a slash at its end; empty for the whole volume
     * @param path what the key is called here
     */
    void add(S3Volume volume, String key, String path) throws InterruptedException {
        String prefix = key.isEmpty() ? "" : key + "/";
        if (!key.isEmpty()) {
            volume.head(key).filter(object -> !object.isDirectory()).ifPresent(object -> {
                addFolders(parent(path));
                addFile(path, object);
            });
        }
        if (!entries.containsKey(path)) {
            volume.list(prefix, object -> addBelow(object.key().substring(prefix.length()), path, object));
        }
    }

    private void addBelow(String below, String path, S3Object object) {
        boolean isFolder = object.isDirectory();
        String name = isFolder && !below.isEmpty() ? below.substring(0, below.length() - 1) : below;
        String whole = path.isEmpty() ? name : name.isEmpty() ? path : path + "/" + name;
        String last = whole.substring(whole.lastIndexOf('/') + 1);
        if (whole.isEmpty() || LocalTree.isUnfinished(last) || ("/" + whole + "/").contains("/../")) {
            return;
        }
        addFolders(isFolder ? whole : parent(whole));
        if (!isFolder) {
            addFile(whole, object);
        }
    }

    private void addFile(String path, S3Object object) {
        entries.put(path, Entry.file(path, object.size(), nanos(object.lastModified()), false));
        objects.put(path, object);
    }

    private void addFolders(String path) {
        if (!path.isEmpty() && !entries.containsKey(path)) {
            addFolders(parent(path));
            entries.put(path, Entry.folder(path));
        }
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    /** Whether a file here has the content of an object, as far as the object's tag tells. */
    static boolean hasContentOf(Path file, S3Object object) {
        try (InputStream in = Files.newInputStream(file)) {
            return ContentTag.fits(object, in);
        } catch (IOException e) {
            return false;
        }
    }
}
