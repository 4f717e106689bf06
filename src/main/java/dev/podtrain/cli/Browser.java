package dev.podtrain.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The user's browser. */
final class Browser {
    private Browser() {}

    /** Shows an address, with what {@code BROWSER} names or the system's own opener; false if there is neither. */
    static boolean open(String url, Terminal terminal) {
        List<String> openers = new ArrayList<>();
        terminal.environment("BROWSER").filter(named -> !named.isBlank()).ifPresent(openers::add);
        openers.add("xdg-open");
        openers.add("open");
        return openers.stream().anyMatch(opener -> starts(opener, url));
    }

    private static boolean starts(String opener, String url) {
        try {
            new ProcessBuilder(opener, url)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return true;
        } catch (IOException e) {
            return false; // it is not installed
        }
    }
}
