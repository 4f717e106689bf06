package dev.podtrain.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Both output streams. Text that passes here is made harmless; only the bytes of a log are not looked at. On a terminal
 * the last line of standard error may be a passing one, which the next output replaces.
 */
final class Screen {
    /** The colours that mark what a line is; nothing else is coloured. */
    enum Colour {
        RED("\u001b[1;31m"),
        YELLOW("\u001b[33m"),
        BOLD("\u001b[1m");

        private final String start;

        Colour(String start) {
            this.start = start;
        }
    }

    private static final String END_OF_COLOUR = "\u001b[0m";
    private static final String BACK_TO_EMPTY_LINE = "\r\u001b[K";
    private static final int USUAL_WIDTH = 80;
    private static final int LEAST_WIDTH = 40;

    private final OutputStream out;
    private final PrintWriter err;
    private final boolean outIsTerminal;
    private final boolean errIsTerminal;
    private final boolean styled;
    private final int width;
    private boolean passingLineShown;
    private boolean inMidLine;

    Screen(Terminal terminal) {
        this.out = terminal.out();
        this.err = terminal.err();
        this.outIsTerminal = terminal.outIsTerminal();
        this.errIsTerminal = terminal.errIsTerminal();
        this.styled = errIsTerminal
                && terminal.environment("NO_COLOR").orElse("").isEmpty()
                && !terminal.environment("TERM").orElse("").equals("dumb");
        this.width = widthFrom(terminal.environment("COLUMNS").orElse(""));
    }

    private static int widthFrom(String columns) {
        try {
            return Math.max(LEAST_WIDTH, Integer.parseInt(columns));
        } catch (NumberFormatException e) {
            return USUAL_WIDTH;
        }
    }

    boolean outIsTerminal() {
        return outIsTerminal;
    }

    boolean errIsTerminal() {
        return errIsTerminal;
    }

    /** Columns to wrap messages at; what is not a terminal gets whole lines, which are easier to search. */
    int messageWidth() {
        return errIsTerminal ? width : Integer.MAX_VALUE;
    }

    /** A line, or several, of the answer. */
    void answer(String text) {
        byte[] bytes = (SafeText.ofMessage(text) + "\n").getBytes(StandardCharsets.UTF_8);
        answer(bytes, bytes.length);
    }

    /** An object of the answer, on a line of its own. */
    void answer(Json json) {
        byte[] bytes = (json.end() + "\n").getBytes(StandardCharsets.US_ASCII);
        answer(bytes, bytes.length);
    }

    /** Bytes of the answer, as they are and at once. */
    void answer(byte[] bytes, int length) {
        if (length == 0) {
            return;
        }
        clearPassingLine();
        try {
            out.write(bytes, 0, length);
            out.flush();
        } catch (IOException e) {
            throw new OutputClosedException(e);
        }
        inMidLine = outIsTerminal && bytes[length - 1] != '\n';
    }

    /** A line, or several, beside the answer. */
    void say(String text) {
        startLine();
        err.println(SafeText.ofMessage(text));
    }

    /** A line beside the answer that begins with a label; further lines of the text are indented below its start. */
    void say(Colour colour, String label, String text) {
        startLine();
        String indented = SafeText.ofMessage(text).replace("\n", "\n" + " ".repeat(label.length() + 1));
        err.println((styled ? colour.start + label + END_OF_COLOUR : label) + " " + indented);
    }

    /** A part of another program's error output, which is harmless text already and may end anywhere. */
    void pass(String text) {
        if (!text.isEmpty()) {
            clearPassingLine();
            err.print(text);
            err.flush();
        }
    }

    void warn(String text) {
        say(Colour.YELLOW, "warning:", Wrapping.wrap(text, messageWidth() - "warning: ".length()));
    }

    /** A question; the answer is typed behind it. */
    void ask(String question) {
        startLine();
        err.print(SafeText.ofMessage(question) + " ");
        err.flush();
    }

    /** What is going on just now: shown on a terminal until something else is printed. */
    void passing(String text) {
        if (!errIsTerminal) {
            return;
        }
        String line = SafeText.ofMessage(text).replace('\n', ' ').replace('\t', ' ');
        if (line.codePointCount(0, line.length()) >= width) {
            line = line.substring(0, line.offsetByCodePoints(0, width - 2)) + "…";
        }
        startLine();
        err.print(line);
        err.flush();
        passingLineShown = true;
    }

    void clearPassingLine() {
        if (passingLineShown) {
            passingLineShown = false;
            err.print(BACK_TO_EMPTY_LINE);
            err.flush();
        }
    }

    private void startLine() {
        clearPassingLine();
        if (inMidLine && errIsTerminal) {
            inMidLine = false;
            err.println();
        }
    }
}
