package dev.podtrain.transfer;

import dev.podtrain.base.Progress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * The project's code at one moment.
 *
 * @param root the project's folder
 * @param files sorted by path, each path once
 * @param treeHash SHA-256 over all entries, 64 hex digits: equal if and only if every path, content, executable bit and
 *     link is
 * @param excluded paths that are not code whatever is in them, such as the output folder: a sync leaves them alone on
 *     the pod too
 */
public record CodeTree(Path root, List<CodeFile> files, String treeHash, List<String> excluded) {
    public CodeTree {
        files = List.copyOf(files);
        excluded = List.copyOf(excluded);
    }

    /**
     * Finds the code: what git tracks or would track, and without git every file, less what {@code .gitignore} files
     * name. Never part of it: {@code .git}, {@code __pycache__}, {@code .runpod.env}, virtual environments.
     *
     * @param excludedPrefixes further files or folders to leave out, relative to the project
     * @param hashCache a file that spares reading unchanged files again; made if absent
     * @throws dev.podtrain.base.ProblemException if a file cannot be read, keeps changing, or is too large to be code
     */
    public static CodeTree scan(Path projectDir, List<String> excludedPrefixes, Path hashCache, Progress progress)
            throws InterruptedException {
        Path root = projectDir.toAbsolutePath().normalize();
        Exclusions exclusions = new Exclusions(root, excludedPrefixes);
        List<CodeFile> files = new TreeScan(root, exclusions, progress).read(hashCache);
        return of(root, files, exclusions.prefixes());
    }

    static CodeTree of(Path root, List<CodeFile> files, List<String> excluded) {
        List<CodeFile> sorted =
                files.stream().sorted(Comparator.comparing(CodeFile::path)).toList();
        MessageDigest digest = Sha256.digest();
        for (CodeFile file : sorted) {
            digest.update(file.identity().getBytes(StandardCharsets.UTF_8));
            digest.update(new byte[] {0, 0});
        }
        return new CodeTree(root, sorted, HexFormat.of().formatHex(digest.digest()), excluded);
    }
}
