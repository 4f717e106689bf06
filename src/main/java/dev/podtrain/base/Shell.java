package dev.podtrain.base;

import java.util.List;
import java.util.stream.Collectors;

/** The one place where text is quoted for a POSIX shell. */
public final class Shell {
    private Shell() {}

    /** The text as one shell word that means exactly itself, whatever it contains; NUL cannot be expressed. */
    public static String quote(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a shell word cannot contain a NUL character");
        }
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** An argument list as one command line. */
    public static String join(List<String> arguments) {
        return arguments.stream().map(Shell::quote).collect(Collectors.joining(" "));
    }
}
