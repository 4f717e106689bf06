package dev.podtrain.data;

import dev.podtrain.transfer.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Folders of files for transfers, and what is in them. */
final class Tree {
    private final Path root;
    private final Random random = new Random(7);

    Tree(Path root) throws IOException {
        this.root = Files.createDirectories(root);
    }

    Path root() {
        return root;
    }

    Path file(String path) {
        return root.resolve(path);
    }

    Tree with(String path, int size) throws IOException {
        byte[] content = new byte[size];
        random.nextBytes(content);
        Files.createDirectories(file(path).getParent());
        Files.write(file(path), content);
        return this;
    }

    Tree with(String path, String content) throws IOException {
        Files.createDirectories(file(path).getParent());
        Files.writeString(file(path), content);
        return this;
    }

    Tree withFolder(String path) throws IOException {
        Files.createDirectories(file(path));
        return this;
    }

    Tree withLink(String path, String target) throws IOException {
        Files.createSymbolicLink(file(path), Path.of(target));
        return this;
    }

    /** By path: what kind of thing it is, its time and hash or target. Hidden names of the transfer itself count too. */
    static Map<String, String> contents(Path folder) {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                contents.put(folder.relativize(file).toString(), describe(file));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return contents;
    }

    private static String describe(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return "link to " + Files.readSymbolicLink(file);
        }
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            return "folder";
        }
        boolean executable = Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
        return (executable ? "program " : "file ") + Files.getLastModifiedTime(file) + " " + Sha256.of(file);
    }
}
