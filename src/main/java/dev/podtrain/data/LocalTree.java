package dev.podtrain.data;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The files and folders to upload, as they are now. A link that stays inside its source is a link on the host too; one
 * that leads out of it is replaced by what it leads to, which the host does not have. What cannot be read is left out.
 */
final class LocalTree {
    /** Names under which unfinished files hide; see {@code data_agent.py}. */
    static final String HIDDEN = ".pod-train-";

    static final String NOT_UTF8 = "its name is not UTF-8, or this terminal's language is not: LC_ALL=C.UTF-8 may help";

    private final Map<String, LocalItem> items = new LinkedHashMap<>();
    private final LeftOut leftOut;
    private final boolean followAll;
    private Path sourceRoot = Path.of("");

    private LocalTree(LeftOut leftOut, boolean followAll) {
        this.leftOut = leftOut;
        this.followAll = followAll;
    }

    /**
     * Looks at the sources.
     *
     * @param followAll replace links inside a source too: for a destination that has none
     * @return what is there by its path at the destination; folders come before what is in them
     * @throws ProblemException if a source is not there, or if two would have the same name
     */
    static Map<String, LocalItem> read(List<Source> sources, boolean followAll, LeftOut leftOut) {
        check(sources);
        LocalTree tree = new LocalTree(leftOut, followAll);
        for (Source source : sources) {
            tree.addSource(source);
        }
        return tree.items;
    }

    /**
     * Whether the sources are there and go together, without looking into them.
     *
     * @throws ProblemException as {@link #read}
     */
    static void check(List<Source> sources) {
        Set<String> names = new HashSet<>();
        for (Source source : sources) {
            placeOf(source);
            if (!source.name().isEmpty() && !names.add(source.name())) {
                throw new ProblemException(Problem.usage(
                        "cannot send two things under the name '" + source.name() + "'",
                        "each goes to the destination under the last part of its path",
                        "rename one, or send them to different destinations"));
            }
        }
    }

    private void addSource(Source source) {
        sourceRoot = placeOf(source);
        add(source.name(), sourceRoot, Set.of());
    }

    /** Where it really is. */
    private static Path placeOf(Source source) {
        Path given = Path.of(source.from()).toAbsolutePath();
        Path real;
        try {
            real = given.toRealPath();
        } catch (IOException e) {
            throw notThere(given, e);
        }
        if (source.name().isEmpty() && !Files.isDirectory(real)) {
            throw new ProblemException(Problem.usage(
                    "cannot send the contents of " + given, "it is not a folder", "leave the slash at its end away"));
        }
        return real;
    }

    private void add(String path, Path file, Set<Path> around) {
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isRegularFile()) {
                put(file, fileEntry(path, attributes));
            } else if (attributes.isDirectory()) {
                addFolder(path, file, around);
            } else if (attributes.isSymbolicLink()) {
                addLink(path, file, around);
            } else {
                leftOut.add(path, "it is neither a file, a folder nor a link");
            }
        } catch (NoSuchFileException e) {
            // Gone since its folder was listed: as if it had never been there.
            return;
        } catch (IOException e) {
            leftOut.add(path, reason(e));
        }
    }

    /** What is at a place of this machine; empty if nothing is, or nothing that can be looked at. */
    static Optional<Entry> entryOf(String path, Path file) {
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isRegularFile()) {
                return Optional.of(fileEntry(path, attributes));
            } else if (attributes.isDirectory()) {
                return Optional.of(Entry.folder(path));
            } else if (attributes.isSymbolicLink()) {
                return Optional.of(Entry.link(path, Files.readSymbolicLink(file).toString()));
            }
            return Optional.of(Entry.other(path));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Entry fileEntry(String path, PosixFileAttributes attributes) {
        boolean executable = attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
        return Entry.file(path, attributes.size(), nanos(attributes), executable);
    }

    static long nanos(BasicFileAttributes attributes) {
        Instant modified = attributes.lastModifiedTime().toInstant();
        return modified.getEpochSecond() * 1_000_000_000L + modified.getNano();
    }

    private void put(Path file, Entry entry) {
        items.put(entry.path(), new LocalItem(entry, file));
    }

    private void addFolder(String path, Path folder, Set<Path> around) throws IOException {
        if (!path.isEmpty()) {
            put(folder, Entry.folder(path));
        }
        String prefix = path.isEmpty() ? "" : path + "/";
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                String name = child.getFileName().toString();
                if (name.indexOf('\uFFFD') >= 0) {
                    leftOut.add(prefix + name, NOT_UTF8);
                } else if (!isUnfinished(name)) {
                    add(prefix + name, child, around);
                }
            }
        } catch (DirectoryIteratorException e) {
            leftOut.add(path, reason(Objects.requireNonNull(e.getCause())));
        }
    }

    static boolean isUnfinished(String name) {
        return name.startsWith(HIDDEN) && (name.endsWith(".tmp") || name.endsWith(".part") || name.endsWith(".ranges"));
    }

    private void addLink(String path, Path link, Set<Path> around) throws IOException {
        Path real;
        try {
            real = link.toRealPath();
        } catch (IOException e) {
            leftOut.add(path, "the link leads nowhere: " + Files.readSymbolicLink(link));
            return;
        }
        Path folder = link.resolveSibling("");
        Path pointsTo = link.resolveSibling(Files.readSymbolicLink(link)).normalize();
        if (!followAll && pointsTo.startsWith(sourceRoot) && real.startsWith(sourceRoot)) {
            put(link, Entry.link(path, folder.relativize(pointsTo).toString()));
        } else if (!Files.isDirectory(real)) {
            put(real, fileEntry(path, Files.readAttributes(real, PosixFileAttributes.class)));
        } else if (around.contains(real) || folder.toRealPath().startsWith(real)) {
            leftOut.add(path, "the link leads to a folder that it is in");
        } else {
            Set<Path> deeper = new HashSet<>(around);
            deeper.add(real);
            addFolder(path, real, deeper);
        }
    }

    static String reason(Exception e) {
        return e instanceof AccessDeniedException || e.getCause() instanceof AccessDeniedException
                ? "permission denied"
                : String.valueOf(e.getMessage());
    }

    private static ProblemException notThere(Path given, IOException e) {
        return new ProblemException(
                Problem.usage(
                        "cannot send " + given,
                        e instanceof NoSuchFileException ? "there is no such file or folder" : reason(e),
                        "check the path; relative ones count from the project's folder, or from the one named with -C"),
                e);
    }
}
