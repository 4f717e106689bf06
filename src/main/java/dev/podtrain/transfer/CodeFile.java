package dev.podtrain.transfer;

/** One entry of a {@link CodeTree}. Folders are not entries: they exist where files need them. */
public sealed interface CodeFile {
    /** Relative to the project, with {@code /} between the parts; may hold any character but NUL. */
    String path();

    /** What the tree's hash says about this entry: equal for equal entries only. */
    String identity();

    /**
     * A file with content.
     *
     * @param executable whether it is installed with mode 755; otherwise 644
     * @param sha256 of the content, 64 hex digits
     */
    record Regular(String path, long size, boolean executable, String sha256) implements CodeFile {
        @Override
        public String identity() {
            return (executable ? "755 " : "644 ") + sha256 + " " + path;
        }
    }

    /**
     * A symbolic link that stays inside the project.
     *
     * @param target relative to the link's folder
     */
    record Link(String path, String target) implements CodeFile {
        @Override
        public String identity() {
            // NUL can be in neither, so two different pairs never read the same.
            return "link " + path + "\0" + target;
        }
    }
}
