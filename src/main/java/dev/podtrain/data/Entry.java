package dev.podtrain.data;

/**
 * What is at one path of a tree, here or on the host.
 *
 * @param path relative to the tree's top folder, with {@code /} between the parts; may hold any character but NUL
 * @param size of a file, in bytes; otherwise 0
 * @param modified of a file, in nanoseconds since 1970; otherwise 0
 * @param executable of a file, for its owner
 * @param target of a link; otherwise empty
 */
record Entry(Kind kind, String path, long size, long modified, boolean executable, String target) {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MICRO = 1_000L;

    enum Kind {
        FILE,
        FOLDER,
        LINK,
        /** A device, a socket or a pipe. */
        OTHER
    }

    static Entry file(String path, long size, long modified, boolean executable) {
        return new Entry(Kind.FILE, path, size, modified, executable, "");
    }

    static Entry folder(String path) {
        return new Entry(Kind.FOLDER, path, 0, 0, false, "");
    }

    static Entry link(String path, String target) {
        return new Entry(Kind.LINK, path, 0, 0, false, target);
    }

    static Entry other(String path) {
        return new Entry(Kind.OTHER, path, 0, 0, false, "");
    }

    boolean isFile() {
        return kind == Kind.FILE;
    }

    /** Permission bits that the file gets on the other side; further ones do not travel. */
    int mode() {
        return executable ? 0755 : 0644;
    }

    /**
     * Whether the other one was last modified at the same moment, as far as their file systems can tell: some keep only
     * microseconds or whole seconds.
     */
    boolean isAsOldAs(Entry other) {
        return modified == other.modified || isSameBut(other, NANOS_PER_SECOND) || isSameBut(other, NANOS_PER_MICRO);
    }

    /** Whether one of them is the other cut off to steps of that length. */
    private boolean isSameBut(Entry other, long step) {
        return Math.floorDiv(modified, step) == Math.floorDiv(other.modified, step)
                && (modified % step == 0 || other.modified % step == 0);
    }
}
