package dev.podtrain.data;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the files of one remote source go on this machine. What the host says is not trusted: nothing is ever put outside
 * of the destination, and no link may lead out of its source.
 */
final class RemoteTree {
    private final Source source;
    private final String place;
    private final Path localDir;
    private final LeftOut leftOut;

    /** @param place where the source really is on the host, without the leading slash */
    RemoteTree(Source source, String place, Path localDir, LeftOut leftOut) {
        this.source = source;
        this.place = place;
        this.localDir = localDir;
        this.leftOut = leftOut;
    }

    /** Adds everything of the listing that can be fetched. */
    void add(FarTree far, Map<String, RemoteItem> items) {
        for (Entry entry : far.entries().values()) {
            if (isSafe(entry.path())) {
                add(entry, items);
            }
        }
    }

    private boolean isSafe(String path) {
        return (path.equals(place) || path.startsWith(place + "/")) && !("/" + path + "/").matches(".*/(\\.{0,2})/.*");
    }

    private void add(Entry entry, Map<String, RemoteItem> items) {
        String below = entry.path().substring(place.length());
        String path = source.name().isEmpty() ? below.replaceFirst("^/", "") : source.name() + below;
        if (path.isEmpty()) {
            return;
        }
        Path file;
        try {
            file = localDir.resolve(path);
        } catch (InvalidPathException e) {
            leftOut.add(path, LocalTree.NOT_UTF8);
            return;
        }
        int slash = path.lastIndexOf('/');
        RemoteItem folder = slash < 0 ? null : items.get(path.substring(0, slash));
        boolean hasFolder = slash < 0 || (folder != null && folder.entry().kind() == Entry.Kind.FOLDER);
        if (!hasFolder) {
            return;
        }
        switch (entry.kind()) {
            case FILE -> put(Entry.file(path, entry.size(), entry.modified(), entry.executable()), entry, file, items);
            case FOLDER -> put(Entry.folder(path), entry, file, items);
            case LINK -> {
                if (staysInside(entry)) {
                    put(Entry.link(path, entry.target()), entry, file, items);
                } else {
                    leftOut.add(path, "the link leads out of what is fetched: " + entry.target());
                }
            }
            case OTHER -> leftOut.add(path, "it is neither a file, a folder nor a link");
        }
    }

    private static void put(Entry here, Entry there, Path file, Map<String, RemoteItem> items) {
        items.put(here.path(), new RemoteItem(here, there.path(), file));
    }

    private boolean staysInside(Entry link) {
        try {
            Path pointsTo =
                    Path.of("/" + link.path()).resolveSibling(link.target()).normalize();
            return !link.target().startsWith("/") && pointsTo.startsWith(Path.of("/" + place));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
