package dev.podtrain.cli;

import dev.podtrain.ledger.RunId;
import dev.podtrain.run.LaunchCommand;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Commands of this program as the user would type them, for advice that can be copied. */
final class CommandLines {
    private CommandLines() {}

    static final String SWEEP = "pod-train sweep";

    /** @param settings those that were given by flags: a limit must not be lost with the next command */
    static String launch(String projectPath, String config, boolean local, Map<String, String> settings) {
        List<String> options = new TreeMap<>(settings)
                .entrySet().stream()
                        .map(setting -> SettingFlags.option(setting.getKey()) + LaunchCommand.word(setting.getValue()))
                        .toList();
        return LaunchCommand.of(projectPath, config, options, local);
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
}
