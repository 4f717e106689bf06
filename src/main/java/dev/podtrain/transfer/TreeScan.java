package dev.podtrain.transfer;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One look at a project's folder. */
final class TreeScan {
    private final Path root;
    private final Exclusions exclusions;
    private final Progress progress;
    private final List<CodeFile> files = new ArrayList<>();
    private final LargeFiles largeFiles;

    TreeScan(Path root, Exclusions exclusions, Progress progress) {
        this.root = root;
        this.exclusions = exclusions;
        this.progress = progress;
        this.largeFiles = new LargeFiles(root);
    }

    List<CodeFile> read(Path cacheFile) throws InterruptedException {
        Set<String> paths = new TreeSet<>();
        if (!addFromGit("", paths)) {
            paths.addAll(FolderListing.list(root, exclusions));
        }
        try {
            HashCache cache = HashCache.open(cacheFile);
            for (String path : paths) {
                if (!exclusions.covers(path)) {
                    add(path, cache);
                }
            }
            cache.save();
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.usage(
                            "cannot keep the hashes of the code in " + cacheFile,
                            String.valueOf(e.getMessage()),
                            "make that folder writable"),
                    e);
        }
        largeFiles.refuseAny();
        if (files.isEmpty()) {
            throw new ProblemException(Problem.usage(
                    "there is no code in " + root,
                    "the folder has no files, or every one is ignored",
                    "name the project's folder with -C"));
        }
        return files;
    }

    /** Whether git knew the folder. Repositories inside, submodules too, are asked on their own. */
    private boolean addFromGit(String folder, Set<String> paths) throws InterruptedException {
        Optional<List<String>> listed = GitListing.list(FileNames.resolve(root, folder), progress);
        for (String entry : listed.orElse(List.of())) {
            String path = folder + (entry.endsWith("/") ? entry.substring(0, entry.length() - 1) : entry);
            if (exclusions.covers(path)) {
                continue;
            }
            if (isFolder(path)) {
                if (!exclusions.coversFolder(path)) {
                    addFromGit(path + "/", paths);
                }
            } else {
                paths.add(path);
            }
        }
        return listed.isPresent();
    }

    private boolean isFolder(String path) {
        return Files.isDirectory(FileNames.resolve(root, path), LinkOption.NOFOLLOW_LINKS);
    }

    private void add(String path, HashCache cache) {
        Path file = FileNames.resolve(root, path);
        try {
            FileStat stat = FileStat.of(file);
            if (stat.isLink()) {
                addLink(path, file);
            } else if (!stat.isRegular()) {
                progress.warn("not sent, because it is neither a file nor a link: " + path);
            } else if (!largeFiles.take(path, stat.size())) {
                files.add(hash(path, file, stat, cache));
            }
        } catch (NoSuchFileException e) {
            // Deleted in the work tree but still known to git, or gone since the listing.
            return;
        } catch (IOException e) {
            throw Unreadable.problem(file, e);
        }
    }

    private void addLink(String path, Path link) throws IOException {
        Path folder = link.resolveSibling("");
        Path target = Files.readSymbolicLink(link);
        Path pointsTo = folder.resolve(target).normalize();
        if (pointsTo.startsWith(root)) {
            String relative = folder.relativize(pointsTo).toString();
            files.add(new CodeFile.Link(path, relative.isEmpty() ? "." : relative));
        } else {
            progress.warn("not sent, because the link leads out of the project: " + path + " -> " + target);
        }
    }

    private static CodeFile hash(String path, Path file, FileStat stat, HashCache cache) throws IOException {
        Optional<String> known = cache.find(path, stat);
        if (known.isPresent()) {
            return new CodeFile.Regular(path, stat.size(), stat.isExecutable(), known.get());
        }
        FileStat before = stat;
        // Twice: an editor that saves just now is done by the second time.
        for (int attempt = 0; attempt < 2; attempt++) {
            String sha256 = Sha256.of(file);
            FileStat after = FileStat.of(file);
            if (after.equals(before)) {
                cache.add(path, after, sha256);
                return new CodeFile.Regular(path, after.size(), after.isExecutable(), sha256);
            }
            before = after;
        }
        throw new ProblemException(Problem.usage(
                "cannot send " + path,
                "it changes while it is read",
                "stop the program that writes to it, or add it to .gitignore"));
    }
}
