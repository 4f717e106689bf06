package dev.podtrain.transfer;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is never part of the code, whatever git thinks of it. */
final class Exclusions {
    private static final Set<String> NAMES = Set.of(".git", "__pycache__", ".runpod.env");

    private final Path root;
    private final List<String> prefixes;
    private final Map<String, Boolean> folders = new HashMap<>();

    /** Prefixes are paths of files or folders relative to the root, such as {@code output} or {@code ./out/run1/}. */
    Exclusions(Path root, List<String> prefixes) {
        this.root = root;
        this.prefixes = prefixes.stream()
                .map(prefix -> Path.of(prefix).normalize().toString())
                .filter(prefix -> !prefix.isEmpty())
                .toList();
    }

    List<String> prefixes() {
        return prefixes;
    }

    /** Whether the entry, or a folder it is in, stays behind. */
    boolean covers(String path) {
        int slash = path.lastIndexOf('/');
        return NAMES.contains(path.substring(slash + 1))
                || prefixes.contains(path)
                || (slash > 0 && coversFolder(path.substring(0, slash)));
    }

    /** Whether the folder stays behind with all that is in it. */
    boolean coversFolder(String path) {
        Boolean known = folders.get(path);
        if (known == null) {
            known = covers(path) || isVirtualEnvironment(path);
            folders.put(path, known);
        }
        return known;
    }

    /** The mark that Python itself goes by (PEP 405). */
    private boolean isVirtualEnvironment(String path) {
        return Files.exists(root.resolve(path).resolve("pyvenv.cfg"), LinkOption.NOFOLLOW_LINKS);
    }
}
