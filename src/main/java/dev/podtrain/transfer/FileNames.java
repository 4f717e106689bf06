package dev.podtrain.transfer;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Names that cannot be passed on as they are. */
final class FileNames {
    private FileNames() {}

    static ProblemException notUtf8(String shown) {
        return new ProblemException(Problem.usage(
                "cannot send a file whose name cannot be read: " + shown,
                "the name is not UTF-8, or the locale of this terminal is not",
                "rename it, add it to .gitignore, or run the command with LC_ALL=C.UTF-8 in front"));
    }

    /** The file of that name. Java knows no names outside the character set it was started with. */
    static Path resolve(Path root, String name) {
        try {
            return root.resolve(name);
        } catch (InvalidPathException e) {
            throw new ProblemException(
                    Problem.usage(
                            "cannot open the file " + name,
                            "the locale of this terminal has no such characters in file names",
                            "run the command with LC_ALL=C.UTF-8 in front, or rename the file"),
                    e);
        }
    }
}
