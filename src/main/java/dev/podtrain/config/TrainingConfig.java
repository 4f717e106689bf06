package dev.podtrain.config;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The training config, as far as the program must understand it.
 *
 * @param file absolute
 * @param path relative to the project, with {@code /}, as the trainer gets it
 * @param outputDir relative to the project, normalised, never the project itself
 * @param sha256 of the file's bytes, hex
 */
public record TrainingConfig(Path file, String path, String outputDir, String sha256) {

    /**
     * Reads and checks a training config: at most 3 MB of YAML, a mapping at its top, inside the project, because it
     * travels to the pod with the code. Whatever is wrong with it ends in a usage problem with file, line and column.
     *
     * @param configFlag absolute, or relative to the project's folder
     */
    public static TrainingConfig read(Path projectDir, Path configFlag, TrainSettings training) {
        Path file = projectDir.toAbsolutePath().resolve(configFlag).normalize();
        String shown = Shown.path(configFlag);
        try {
            byte[] bytes = TextFile.readBytes(file, YamlDocument.MAX_BYTES);
            String path = pathInProject(projectDir.toAbsolutePath().normalize(), file);
            YamlDocument document = YamlDocument.parse(TextFile.decode(bytes));
            String outputDir = new OutputDir(document, shown).find(training.outputDirKey(), training.projectDir());
            if ((path + "/").startsWith(outputDir + "/")) {
                throw new TextFile.Unusable(
                        "lies in its own output folder " + outputDir + ", which is never copied to the pod");
            }
            return new TrainingConfig(file, path, outputDir, sha256(bytes));
        } catch (TextFile.Unusable e) {
            throw unreadable(shown, e.placeIn(shown) + " " + e.reason(), e);
        } catch (IOException e) {
            throw unreadable(shown, shown + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** By the way it was named if that leads through the project, by its real place otherwise; both must be inside. */
    private static String pathInProject(Path project, Path file) throws IOException, TextFile.Unusable {
        Path realProject = project.toRealPath();
        Path realFile = file.toRealPath();
        if (!realFile.startsWith(realProject)) {
            throw new TextFile.Unusable("lies outside the project " + Shown.path(project)
                    + ", so it would not be copied to the pod with the code");
        }
        Path relative = file.startsWith(project) ? project.relativize(file) : realProject.relativize(realFile);
        return relative.toString().replace(relative.getFileSystem().getSeparator(), "/");
    }

    private static ProblemException unreadable(String shown, String why, @Nullable Throwable cause) {
        return new ProblemException(
                Problem.usage(
                        "could not use the training config " + shown,
                        why,
                        "correct it, or name another file inside the project with --config"),
                cause);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
