package dev.podtrain.transfer;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/** A file or folder of the project that cannot be read. */
final class Unreadable {
    private Unreadable() {}

    static ProblemException problem(Path file, Exception cause) {
        boolean denied = cause instanceof AccessDeniedException || cause.getCause() instanceof AccessDeniedException;
        return new ProblemException(
                Problem.usage(
                        "cannot read " + file,
                        denied ? "permission denied" : String.valueOf(cause.getMessage()),
                        denied
                                ? "run: chmod -R u+rX '" + file + "', or add it to .gitignore"
                                : "check the file, or add it to .gitignore"),
                cause);
    }
}
