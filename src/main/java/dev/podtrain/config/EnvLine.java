package dev.podtrain.config;

import java.util.Optional;

/**
 * One assignment of an env file.
 *
 * <p>The form is that of dotenv files, as strict as a shell where tools differ: {@code NAME=value} with an optional
 * {@code export} in front; white space around name and value does not count. A bare value ends before white space and
 * {@code #}. In single quotes everything stands for itself; in double quotes {@code \n \r \t \" \\ \$} are escapes and
 * no others exist. A value ends on its line. {@code $NAME} is never replaced, in whatever quotes.
 */
record EnvLine(String name, String value) {
    private static final String EXPORT = "export";
    private static final String ESCAPED = "nrt\"\\$";
    private static final String MEANING = "\n\r\t\"\\$";

    /** Where a value stands in the text after the equals sign, and what it is. */
    private record Span(int start, int end, String value) {}

    /** Nothing for a blank line or a comment. */
    static Optional<EnvLine> parse(String line) throws BadValue {
        String text = trimmed(line);
        if (text.indexOf('\r') >= 0) {
            throw new BadValue("has a carriage return inside; lines must end in a line feed");
        }
        if (text.isEmpty() || text.startsWith("#")) {
            return Optional.empty();
        }
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new BadValue("has no '='");
        }
        String name = name(text.substring(0, equals));
        if (!isName(name)) {
            throw new BadValue("does not begin with a name of letters, digits and '_' before the '='");
        }
        return Optional.of(new EnvLine(name, valueIn(text.substring(equals + 1)).value));
    }

    /** The line that {@link #parse} reads as this assignment. */
    String print() {
        return name + "=" + quoted(value);
    }

    /**
     * The line with another value and everything else as it was, if it assigns to this name; nothing otherwise. A line
     * whose old value is malformed loses everything behind its equals sign.
     */
    static Optional<String> replaceValue(String line, String name, String newValue) {
        int equals = line.indexOf('=');
        if (equals < 0
                || trimmed(line).startsWith("#")
                || !name(line.substring(0, equals)).equals(name)) {
            return Optional.empty();
        }
        String before = line.substring(0, equals + 1);
        String after = line.substring(equals + 1);
        try {
            Span old = valueIn(after);
            return Optional.of(before + after.substring(0, old.start) + quoted(newValue) + after.substring(old.end));
        } catch (BadValue e) {
            return Optional.of(before + quoted(newValue));
        }
    }

    private static String name(String beforeEquals) {
        String name = trimmed(beforeEquals);
        boolean exported = name.startsWith(EXPORT) && name.length() > EXPORT.length() && isBlank(name.charAt(6));
        return exported ? trimmed(name.substring(EXPORT.length())) : name;
    }

    private static Span valueIn(String text) throws BadValue {
        int start = firstNonBlank(text, 0);
        if (start == text.length() || startsComment(text, start)) {
            // An empty value stands right behind the equals sign: what replaces it must not touch the comment.
            return new Span(0, 0, "");
        }
        char first = text.charAt(start);
        if (first == '\'') {
            return singleQuoted(text, start);
        }
        if (first == '"') {
            return doubleQuoted(text, start);
        }
        int end = start;
        for (int i = start; i < text.length() && !startsComment(text, i); i++) {
            if (!isBlank(text.charAt(i))) {
                end = i + 1;
            }
        }
        return new Span(start, end, text.substring(start, end));
    }

    private static Span singleQuoted(String text, int start) throws BadValue {
        int close = text.indexOf('\'', start + 1);
        if (close < 0) {
            throw new BadValue("has a single quote that is not closed on its line");
        }
        return closed(text, start, close + 1, text.substring(start + 1, close));
    }

    private static Span doubleQuoted(String text, int start) throws BadValue {
        StringBuilder value = new StringBuilder();
        int next = start + 1;
        while (next < text.length()) {
            char character = text.charAt(next++);
            if (character == '"') {
                return closed(text, start, next, value.toString());
            }
            if (character != '\\') {
                value.append(character);
                continue;
            }
            int escape = next < text.length() ? ESCAPED.indexOf(text.charAt(next++)) : -1;
            if (escape < 0) {
                throw new BadValue("has a backslash in double quotes that is none of \\n \\r \\t \\\" \\\\ \\$"
                        + " (in single quotes a backslash is just a character)");
            }
            value.append(MEANING.charAt(escape));
        }
        throw new BadValue("has a double quote that is not closed on its line");
    }

    private static Span closed(String text, int start, int end, String value) throws BadValue {
        int next = firstNonBlank(text, end);
        if (next < text.length() && !startsComment(text, next)) {
            throw new BadValue("has text behind the closing quote");
        }
        return new Span(start, end, value);
    }

    private static int firstNonBlank(String text, int from) {
        int index = from;
        while (index < text.length() && isBlank(text.charAt(index))) {
            index++;
        }
        return index;
    }

    /** Only behind white space, so that {@code a#b} and {@code #b} are values, as in a shell. */
    private static boolean startsComment(String text, int index) {
        return text.charAt(index) == '#' && index > 0 && isBlank(text.charAt(index - 1));
    }

    private static String quoted(String value) {
        if (value.chars().allMatch(EnvLine::needsNoQuotes)) {
            return value;
        }
        if (value.chars().noneMatch(c -> c == '\'' || c == '\n' || c == '\r')) {
            return "'" + value + "'";
        }
        StringBuilder text = new StringBuilder("\"");
        value.chars().forEach(c -> {
            int escape = MEANING.indexOf(c);
            if (escape < 0) {
                text.append((char) c);
            } else {
                text.append('\\').append(ESCAPED.charAt(escape));
            }
        });
        return text.append('"').toString();
    }

    private static boolean needsNoQuotes(int character) {
        return isNamePart(character) || "-./:@,+%".indexOf(character) >= 0;
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(EnvLine::isNamePart)
                && !(text.charAt(0) >= '0' && text.charAt(0) <= '9');
    }

    private static boolean isNamePart(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    /** Blanks are space and tab, and the carriage return of a Windows line end; nothing that Unicode adds. */
    private static boolean isBlank(char character) {
        return character == ' ' || character == '\t' || character == '\r';
    }

    private static String trimmed(String text) {
        int start = firstNonBlank(text, 0);
        int end = text.length();
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }
}
