package dev.podtrain.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells from a ledger's text, without decoding it, whether all its attempts are settled. Commands begin with this, and
 * decoding needs classes that many of them do not.
 */
final class QuickLook {
    private static final String KIND = "\"event\":\"";
    private static final String INTENT = "\"intent\":\"";

    private QuickLook() {}

    /** False only if nothing can be billed for this run any more; a ledger that cannot be read is not settled. */
    static boolean maybeOpen(Path ledger) {
        try {
            return maybeOpen(new String(Files.readAllBytes(ledger), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean maybeOpen(String text) {
        Set<String> asked = new HashSet<>();
        Set<String> rented = new HashSet<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            String line = text.substring(start, end < 0 ? text.length() : end);
            String kind = value(line, KIND);
            switch (kind) {
                case "intended" -> asked.add(value(line, INTENT));
                case "rented", "ready", "started", "ended" -> rented.add(value(line, INTENT));
                case "refused" -> asked.remove(value(line, INTENT));
                case "pod_ended" -> {
                    asked.remove(value(line, INTENT));
                    rented.remove(value(line, INTENT));
                }
                default -> {}
            }
            start = end < 0 ? text.length() : end + 1;
        }
        return !asked.isEmpty() || !rented.isEmpty();
    }

    private static String value(String line, String label) {
        int at = line.indexOf(label);
        if (at < 0) {
            return "";
        }
        int from = at + label.length();
        int to = line.indexOf('"', from);
        return to < 0 ? "" : line.substring(from, to);
    }
}
