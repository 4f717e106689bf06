package dev.podtrain.cli;

import dev.podtrain.base.Shell;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunId;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Commands of this program as the user would type them, for advice that can be copied. */
final class CommandLines {
    private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[A-Za-z0-9_./:@%+=-]+");

    private CommandLines() {}

    static final String SWEEP = "pod-train sweep";

    static String launch(LedgerEvent.Defined run) {
        return launch(run.projectPath(), run.config(), run.local(), Map.of());
    }

    /** @param settings those that were given by flags: a limit must not be lost with the next command */
    static String launch(String projectPath, String config, boolean local, Map<String, String> settings) {
        StringBuilder command = new StringBuilder("pod-train -C " + word(projectPath) + " --config " + word(config));
        new TreeMap<>(settings)
                .forEach((key, value) ->
                        command.append(' ').append(SettingFlags.option(key)).append(word(value)));
        return command + (local ? " --local" : "");
    }

    static String follow(RunId run) {
        return "pod-train logs -f " + run;
    }

    static String logs(RunId run) {
        return "pod-train logs " + run;
    }

    static String stop(RunId run) {
        return "pod-train stop " + run;
    }

    static String status(RunId run) {
        return "pod-train status " + run;
    }

    private static String word(String text) {
        return NEEDS_NO_QUOTES.matcher(text).matches() ? text : Shell.quote(text);
    }
}
