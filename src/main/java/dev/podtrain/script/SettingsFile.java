package dev.podtrain.script;

import dev.podtrain.base.Shell;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** The file {@code settings.env} (or {@code secrets.env}) that the scripts on the pod read. */
public final class SettingsFile {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private SettingsFile() {}

    /**
     * One {@code NAME='value'} line per entry, for any POSIX shell.
     *
     * @throws IllegalArgumentException for a name that is no shell variable, or a value with a NUL character; neither
     *     message shows the value, which may be a secret
     */
    public static String render(SortedMap<String, String> values) {
        var file = new StringBuilder();
        values.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("not the name of a shell variable: " + name);
            }
            file.append(name).append('=').append(Shell.quote(value)).append('\n');
        });
        return file.toString();
    }
}
