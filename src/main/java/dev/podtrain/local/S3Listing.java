package dev.podtrain.local;

import dev.podtrain.local.S3Files.Found;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One page of a listing, in the order of the keys' bytes. Directories that are empty are listed, with a slash at the
 * end (provider's page, 2026-08).
 */
final class S3Listing {
    private final S3Files files;
    private final String prefix;
    private final boolean foldersOnly;
    private final String after;
    private final int most;
    private final List<Found> objects = new ArrayList<>();
    private final List<String> folders = new ArrayList<>();
    private boolean truncated;
    private String last = "";

    private S3Listing(S3Files files, String prefix, boolean foldersOnly, String after, int most) {
        this.files = files;
        this.prefix = prefix;
        this.foldersOnly = foldersOnly;
        this.after = after;
        this.most = most;
    }

    /**
     * Lists.
     *
     * @param foldersOnly whether all that is in a folder below the prefix is one entry, as with the delimiter "/"
     * @param after the key after which the page begins; empty for the first one
     */
    static S3Listing of(S3Files files, String prefix, boolean foldersOnly, String after, int most) throws IOException {
        S3Listing listing = new S3Listing(files, prefix, foldersOnly, after, most);
        if (Files.isDirectory(files.root())) {
            listing.visit(files.root(), "");
        }
        return listing;
    }

    List<Found> objects() {
        return objects;
    }

    List<String> folders() {
        return folders;
    }

    boolean isTruncated() {
        return truncated;
    }

    /** The key after which the next page begins. */
    String last() {
        return last;
    }

    private record Entry(String key, Path path, BasicFileAttributes attributes) {}

    /** False when the page is full. */
    private boolean visit(Path folder, String folderKey) throws IOException {
        List<Entry> entries = entries(folder, folderKey);
        if (entries.isEmpty() && !folderKey.isEmpty() && isWanted(folderKey)) {
            BasicFileAttributes attributes = Files.readAttributes(folder, BasicFileAttributes.class);
            return add(files.found(folderKey, folder, attributes));
        }
        for (Entry entry : entries) {
            if (!visit(entry)) {
                return false;
            }
        }
        return true;
    }

    private boolean visit(Entry entry) throws IOException {
        String key = entry.key();
        if (entry.attributes().isDirectory()) {
            boolean below = key.startsWith(prefix);
            boolean passed = compare(key, after) <= 0 && !after.startsWith(key);
            if (passed || (!below && !prefix.startsWith(key))) {
                return true;
            }
            if (foldersOnly && below && key.length() > prefix.length()) {
                return compare(key, after) <= 0 || addFolder(key);
            }
            return visit(entry.path(), key);
        }
        return !isWanted(key) || add(files.found(key, entry.path(), entry.attributes()));
    }

    private boolean isWanted(String key) {
        return key.startsWith(prefix) && compare(key, after) > 0;
    }

    private boolean add(Found object) {
        if (isFull()) {
            return false;
        }
        objects.add(object);
        last = object.key();
        return true;
    }

    private boolean addFolder(String key) {
        if (isFull()) {
            return false;
        }
        folders.add(key);
        last = key;
        return true;
    }

    private boolean isFull() {
        truncated = objects.size() + folders.size() >= most;
        return truncated;
    }

    private List<Entry> entries(Path folder, String folderKey) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> each = Files.newDirectoryStream(folder)) {
            for (Path path : each) {
                String name = Objects.requireNonNull(path.getFileName()).toString();
                if (folderKey.isEmpty() && name.equals(S3Files.HIDDEN)) {
                    continue;
                }
                entry(folderKey + name, path).ifPresent(entries::add);
            }
        }
        entries.sort(Comparator.comparing(Entry::key, S3Listing::compare));
        return entries;
    }

    /** Empty for what is no object, and for what has just gone. */
    private static Optional<Entry> entry(String key, Path path) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isDirectory()) {
                return Optional.of(new Entry(key + "/", path, attributes));
            }
            return attributes.isRegularFile() ? Optional.of(new Entry(key, path, attributes)) : Optional.empty();
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /** By the bytes of UTF-8, which is not the order of Java's strings beyond the basic plane. */
    static int compare(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
