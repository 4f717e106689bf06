package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.data.Source;
import java.nio.file.Path;

/** Files and folders to copy, as they are typed. */
final class LocalSources {
    private LocalSources() {}

    /** On this machine; a relative path counts from the folder, and a slash at its end means something. */
    static Source of(Path folder, String typed) {
        String path = folder.resolve(typed).normalize().toString();
        boolean contents = typed.endsWith("/") || typed.equals(".") || typed.endsWith("/.");
        return named(contents ? path + "/" : path);
    }

    /** By a path that is absolute already. */
    static Source named(String path) {
        try {
            return Source.of(path);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.usage(
                            "cannot copy " + path,
                            "it has no name to be copied under",
                            "add a slash at its end to copy what is in it"),
                    e);
        }
    }
}
