package dev.podtrain.pod;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest lines of a log, as many as fit into a few megabytes. */
final class LastLines {
    static final int MOST_CHARACTERS = 4_000_000;

    private final Deque<LogLine> lines = new ArrayDeque<>();
    private int characters;

    void add(LogLine line) {
        lines.addLast(line);
        characters += size(line);
        while (characters > MOST_CHARACTERS) {
            characters -= size(lines.removeFirst());
        }
    }

    List<LogLine> toList() {
        return List.copyOf(lines);
    }

    /** An empty line takes memory too. */
    private static int size(LogLine line) {
        return line.text().length() + 100;
    }
}
