package dev.podtrain.config;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Text from outside as it may stand in a message: in quotes, short, on one line. */
final class Shown {
    private static final int LONGEST = 80;

    /** The beginnings of tokens of RunPod, Hugging Face, GitHub and xAI: pasted into a wrong place they stay secret. */
    private static final Pattern TOKEN =
            Pattern.compile("(?:^|[^A-Za-z0-9])(?:rpa_|hf_|gh[a-z]_|github_pat_|xai-)[A-Za-z0-9_]");

    private Shown() {}

    static String quoted(String text) {
        if (TOKEN.matcher(text).find()) {
            return "(a value that looks like a token)";
        }
        boolean isShort = text.codePointCount(0, text.length()) <= LONGEST;
        String start = isShort ? text : text.substring(0, text.offsetByCodePoints(0, LONGEST));
        return "'" + printable(start) + (isShort ? "'" : "…'");
    }

    /** The same without quotes, for a table. */
    static String line(String text) {
        String quoted = quoted(text);
        return quoted.startsWith("'") ? quoted.substring(1, quoted.length() - 1) : quoted;
    }

    static String path(Path path) {
        return printable(path.normalize().toString());
    }

    static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (isPrintable(character)) {
                shown.appendCodePoint(character);
            } else {
                shown.append(String.format("\\u%04X", character));
            }
        });
        return shown.toString();
    }

    /** False for characters that would garble a terminal or hide in it: controls, direction marks, lone surrogates. */
    static boolean isPrintable(int character) {
        int type = Character.getType(character);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.UNASSIGNED
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }
}
