package dev.podtrain.transfer;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Files too large to be code: most likely data or weights that nobody meant to send with every launch. */
final class LargeFiles {
    /** 100 MB; also what GitHub refuses to store. */
    private static final long LIMIT = 100_000_000;

    private final Path root;
    private final List<LargeFile> found = new ArrayList<>();

    private record LargeFile(String path, long size) {
        String describe() {
            return path + " (" + String.format(Locale.ROOT, "%,d", size / 1_000_000) + " MB)";
        }
    }

    LargeFiles(Path root) {
        this.root = root;
    }

    /** Notes the file if it is too large, and says whether it was. */
    boolean take(String path, long size) {
        if (size <= LIMIT) {
            return false;
        }
        found.add(new LargeFile(path, size));
        return true;
    }

    void refuseAny() throws InterruptedException {
        if (found.isEmpty()) {
            return;
        }
        List<String> paths = found.stream().map(LargeFile::path).toList();
        String lines = paths.stream().map(LargeFiles::ignoreLine).collect(Collectors.joining("\n  "));
        List<String> tracked = tracked(paths);
        String untrack = tracked.isEmpty()
                ? ""
                : "\nand take what git tracks out of it:\n  git rm --cached -- " + Shell.join(tracked);
        throw new ProblemException(Problem.usage(
                "the project has files over 100 MB, which are not sent as code",
                found.stream().map(LargeFile::describe).collect(Collectors.joining(", ")),
                "send data with pod-sync-data, and add to .gitignore:\n  " + lines + untrack));
    }

    private List<String> tracked(List<String> paths) throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--literal-pathspecs", "ls-files", "--cached", "-z", "--"));
        arguments.addAll(paths);
        return GitCommand.run(root, arguments)
                .filter(GitCommand.Output::succeeded)
                .map(GitCommand.Output::entries)
                .orElse(List.of());
    }

    /** A line of {@code .gitignore} that names this path and nothing else. */
    static String ignoreLine(String path) {
        StringBuilder line = new StringBuilder("/");
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean special = "\\*?[".indexOf(c) >= 0 || (c == ' ' && i == path.length() - 1);
            // A line cannot hold its own end; the question mark stands for any one character.
            line.append(special ? "\\" : "").append(c == '\n' ? '?' : c);
        }
        return line.toString();
    }
}
