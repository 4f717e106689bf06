package dev.podtrain.cli;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Breaks text at spaces. */
final class Wrapping {
    private Wrapping() {}

    /** The text in lines of at most {@code width} characters where its words allow it; its own line ends stay. */
    static String wrap(String text, int width) {
        return Arrays.stream(text.split("\n", -1))
                .map(line -> wrapLine(line, width))
                .collect(Collectors.joining("\n"));
    }

    private static String wrapLine(String line, int width) {
        StringBuilder wrapped = new StringBuilder(line.length() + 16);
        int start = 0;
        while (line.length() - start > width) {
            int space = line.lastIndexOf(' ', start + width);
            if (space <= start) {
                space = line.indexOf(' ', start + width);
            }
            if (space < 0) {
                break;
            }
            wrapped.append(line, start, space).append('\n');
            start = space + 1;
        }
        return wrapped.append(line, start, line.length()).toString();
    }
}
