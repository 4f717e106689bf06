package dev.podtrain.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The forms of settings that are about the project's own files and commands. */
final class ProjectForms {
    static final String WORKSPACE = "/workspace/";

    /** Names below {@code /workspace} that the program uses itself (docs/remote-protocol.md). */
    private static final Set<String> TAKEN = Set.of("data", "logs", ".pod-train");

    private ProjectForms() {}

    /** The project's folder on the pod; {@code /workspace/name} and {@code name} are the same. */
    static Form<String> folderOnPod() {
        return text -> {
            String path = RelativePath.normalised(
                    text.startsWith(WORKSPACE) ? "./" + text.substring(WORKSPACE.length()) : text);
            String first = path.split("/", 2)[0];
            if (TAKEN.contains(first)) {
                throw new BadValue("is taken: " + WORKSPACE + first + " has another purpose");
            }
            return path;
        };
    }

    /** A folder on the pod: absolute, or relative to the project. */
    static Form<String> folderOfProject() {
        return text -> {
            String path = RelativePath.normalised(text.startsWith("/") ? "." + text : text);
            return text.startsWith("/") ? "/" + path : path;
        };
    }

    static Form<Path> sshKey(Path projectDir, @Nullable String home) {
        return text -> {
            if (text.startsWith("~/") && home == null) {
                throw new BadValue("begins with ~/ but HOME is not set");
            }
            Path key = path(text.startsWith("~/") ? home + text.substring(1) : text, projectDir);
            if (text.endsWith(".pub")) {
                throw new BadValue("is a public key");
            }
            if (!Files.exists(key)) {
                throw new BadValue("does not exist");
            }
            if (!Files.isRegularFile(key)) {
                throw new BadValue("is not a file");
            }
            if (!Files.isReadable(key)) {
                throw new BadValue("cannot be read: permission denied");
            }
            return key;
        };
    }

    static Form<String> requirements(Path projectDir) {
        return text -> {
            String relative = RelativePath.normalised(text);
            if (!Files.isRegularFile(path(relative, projectDir))) {
                throw new BadValue("is no file in the project");
            }
            return relative;
        };
    }

    private static Path path(String text, Path base) throws BadValue {
        try {
            return base.toAbsolutePath().resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw new BadValue("is not a path");
        }
    }

    /** A double star would walk everything the trainer ever wrote, on a slow network volume. */
    static Form<String> checkpointGlob() {
        return text -> {
            String glob = RelativePath.normalised(text);
            if (glob.contains("**")) {
                throw new BadValue("contains '**'");
            }
            return glob;
        };
    }

    /** Words for a shell: an open quote would only be noticed on the pod, after it was rented. */
    static Form<String> commandLine() {
        return text -> {
            char quote = 0;
            for (int i = 0; i < text.length(); i++) {
                char character = text.charAt(i);
                if (character == '\\' && quote != '\'') {
                    i++;
                    if (i == text.length()) {
                        throw new BadValue("ends in a backslash");
                    }
                } else if (quote == 0 && (character == '\'' || character == '"')) {
                    quote = character;
                } else if (character == quote) {
                    quote = 0;
                }
            }
            if (quote != 0) {
                throw new BadValue("has a quote that is not closed");
            }
            return text;
        };
    }

    /** The word {@code none} says that there shall be no value, not even the default. */
    static Form<Optional<String>> orNone(Form<String> form) {
        return text -> text.equals("none") ? Optional.empty() : Optional.of(form.parse(text));
    }
}
