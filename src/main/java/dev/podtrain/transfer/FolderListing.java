package dev.podtrain.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.ignore.IgnoreNode;
import org.jspecify.annotations.Nullable;

/** The files of a folder that git does not list, less what its {@code .gitignore} files name, by git's rules. */
final class FolderListing {
    private final Path root;
    private final Exclusions exclusions;
    private final List<String> found = new ArrayList<>();

    private FolderListing(Path root, Exclusions exclusions) {
        this.root = root;
        this.exclusions = exclusions;
    }

    static List<String> list(Path root, Exclusions exclusions) {
        FolderListing listing = new FolderListing(root, exclusions);
        listing.visit("", null);
        return listing.found;
    }

    /** The rules that hold in one folder, and those of the folders around it. */
    private record Rules(
            String folder, IgnoreNode node, @Nullable Rules outer) {
        /** The innermost folder with an opinion decides. */
        boolean ignore(String path, boolean isFolder) {
            Boolean ignored = node.checkIgnored(path.substring(folder.length()), isFolder);
            if (ignored != null) {
                return ignored;
            }
            return outer != null && outer.ignore(path, isFolder);
        }
    }

    /** @param folder empty, or ends with a slash */
    private void visit(String folder, @Nullable Rules outer) {
        Path directory = root.resolve(folder);
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            Rules rules = rulesIn(folder, outer);
            for (Path child : children) {
                visitChild(folder + child.getFileName(), child, rules);
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw Unreadable.problem(directory, e);
        }
    }

    private void visitChild(String path, Path child, @Nullable Rules rules) {
        if (path.indexOf('\uFFFD') >= 0) {
            throw FileNames.notUtf8(path);
        }
        boolean isFolder = Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS);
        if (rules != null && rules.ignore(path, isFolder)) {
            return;
        }
        if (!isFolder) {
            found.add(path);
        } else if (!exclusions.coversFolder(path)) {
            visit(path + "/", rules);
        }
    }

    private @Nullable Rules rulesIn(String folder, @Nullable Rules outer) throws IOException {
        Path file = root.resolve(folder).resolve(".gitignore");
        if (!Files.isRegularFile(file)) {
            return outer;
        }
        IgnoreNode node = new IgnoreNode();
        try (InputStream in = Files.newInputStream(file)) {
            node.parse(in);
        }
        return new Rules(folder, node, outer);
    }
}
