package dev.podtrain.transfer;

import dev.podtrain.base.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The files of a git work tree as git sees them: tracked ones, and untracked ones that no rule ignores. */
final class GitListing {
    private GitListing() {}

    /**
     * Paths relative to the folder. Deleted files are among them, and repositories inside show as one path. Empty if
     * there is no git, or the folder is not in a work tree that git agrees to look at, or is ignored as a whole.
     */
    static Optional<List<String>> list(Path folder, Progress progress) throws InterruptedException {
        Optional<GitCommand.Output> answer =
                GitCommand.run(folder, List.of("ls-files", "--cached", "--others", "--exclude-standard", "-z"));
        if (answer.isEmpty()) {
            return Optional.empty();
        }
        GitCommand.Output output = answer.get();
        boolean refused = !output.succeeded() && hasRepository(folder);
        if (refused || (output.succeeded() && !output.errors().isBlank())) {
            // Such as a folder that git cannot read, or a repository that belongs to somebody else.
            progress.warn("git says about " + folder + ": " + output.errors().strip());
        }
        List<String> paths = output.succeeded() ? output.entries() : List.of();
        return paths.isEmpty() ? Optional.empty() : Optional.of(paths);
    }

    private static boolean hasRepository(Path folder) {
        for (Path parent = folder.toAbsolutePath(); parent != null; parent = parent.getParent()) {
            if (Files.exists(parent.resolve(".git"))) {
                return true;
            }
        }
        return false;
    }
}
