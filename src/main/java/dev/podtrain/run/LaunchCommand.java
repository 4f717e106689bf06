package dev.podtrain.run;

import dev.podtrain.base.Shell;
import dev.podtrain.ledger.LedgerEvent;
import java.util.List;
import java.util.regex.Pattern;

/** The command that launches a run, as the user would type it: advice that can be copied. */
public final class LaunchCommand {
    private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[A-Za-z0-9_./:@%+=-]+");

    private LaunchCommand() {}

    /** Without options. */
    public static String of(LedgerEvent.Defined run) {
        return of(run.projectPath(), run.config(), List.of(), run.local());
    }

    /**
     * With options.
     *
     * @param options ready for the shell, see {@link #word}
     */
    public static String of(String projectPath, String config, List<String> options, boolean local) {
        StringBuilder command = new StringBuilder("pod-train -C " + word(projectPath) + " --config " + word(config));
        options.forEach(option -> command.append(' ').append(option));
        return command + (local ? " --local" : "");
    }

    /** One argument, in quotes where the shell needs them. */
    public static String word(String text) {
        return NEEDS_NO_QUOTES.matcher(text).matches() ? text : Shell.quote(text);
    }
}
