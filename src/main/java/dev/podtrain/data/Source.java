package dev.podtrain.data;

import java.util.List;

/**
 * A file or folder to transfer.
 *
 * @param from where it is: a path on this machine for an upload, an absolute one on the host for a download
 * @param name what it is called below the destination; empty if a folder's contents are to come directly into it
 */
public record Source(String from, String name) {
    /** As {@code scp} and {@code rsync} have it: under its own name, or with a slash at its end only its contents. */
    public static Source of(String from) {
        String trimmed = from.replaceAll("/+$", "");
        boolean contents = from.endsWith("/") || trimmed.equals(".") || trimmed.endsWith("/.");
        return new Source(trimmed.isEmpty() ? "/" : trimmed, contents ? "" : lastPart(trimmed));
    }

    /**
     * Whether these are there on this machine and can be sent together; nothing is looked into.
     *
     * @throws dev.podtrain.base.ProblemException if not
     */
    public static void check(List<Source> sources) {
        LocalTree.check(sources);
    }

    private static String lastPart(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.isEmpty() || name.equals("..")) {
            throw new IllegalArgumentException("no name can be taken from '" + path + "'");
        }
        return name;
    }
}
