package dev.podtrain.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podtrain.base.Time;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A pod's log over all its containers: what the system did and what the containers printed, numbered in one row. A
 * file keeps it, so numbers stay the same when the local cloud is started again.
 */
final class PodLog {
    /** The API gives at most 5000 lines of the past. */
    private static final int KEPT = 6000;

    private static final int READ_AT_ONCE = 1 << 20;

    /**
     * @param source {@code container} or {@code system}
     * @param consumed bytes of the containers' output up to and including this line
     */
    record Line(long number, Instant at, String source, String text, long consumed) {}

    private final Time time;
    private final Path file;
    private final Path output;
    private final Deque<Line> lines = new ArrayDeque<>();
    private long lastNumber;
    private long consumed;
    private boolean closed;

    PodLog(Time time, PodDirectory directory) {
        this.time = time;
        this.file = directory.log();
        this.output = directory.output();
    }

    /** Takes up the log of a pod that an earlier process left. */
    synchronized void load() {
        if (!Files.exists(file)) {
            return;
        }
        try {
            for (String text : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n", -1)) {
                Optional<Line> line = parse(text);
                if (line.isEmpty()) {
                    break;
                }
                keep(line.get());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read the log " + file, failure);
        }
        // Without a torn last line, which is what a crash leaves: the next one must begin on its own line.
        StateDir.write(file, text(lines).getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<Line> parse(String text) {
        try {
            JsonNode json = Json.tree(text.getBytes(StandardCharsets.UTF_8));
            return json.isObject() ? Optional.of(Json.convert(json, Line.class)) : Optional.empty();
        } catch (IOException torn) {
            return Optional.empty();
        }
    }

    private static String text(Collection<Line> lines) {
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            text.append(new String(Json.bytes(line), StandardCharsets.UTF_8)).append('\n');
        }
        return text.toString();
    }

    /** Takes nothing more: the pod's folder is about to go. */
    synchronized void close() {
        closed = true;
    }

    synchronized void system(String text) {
        append(List.of(new Line(lastNumber + 1, time.now(), "system", text, consumed)));
    }

    /** Takes in what the containers printed since the last time. */
    synchronized void refresh() {
        byte[] bytes;
        try {
            if (!Files.exists(output) || Files.size(output) <= consumed) {
                return;
            }
            bytes = read();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read the output " + output, failure);
        }

        List<Line> found = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < bytes.length; i++) {
            boolean tooLong = i - begin >= 16_384;
            if (bytes[i] == '\n' || tooLong) {
                String text = new String(bytes, begin, i - begin + (tooLong ? 1 : 0), StandardCharsets.UTF_8);
                begin = i + 1;
                found.add(new Line(
                        lastNumber + 1 + found.size(), time.now(), "container", stripReturn(text), consumed + begin));
            }
        }
        append(found);
    }

    private byte[] read() throws IOException {
        try (RandomAccessFile source = new RandomAccessFile(output.toFile(), "r")) {
            source.seek(consumed);
            byte[] bytes = new byte[(int) Math.min(READ_AT_ONCE, source.length() - consumed)];
            source.readFully(bytes);
            return bytes;
        }
    }

    private static String stripReturn(String text) {
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private void append(List<Line> added) {
        if (added.isEmpty() || closed) {
            return;
        }
        added.forEach(this::keep);
        try {
            Files.writeString(file, text(added), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write the log " + file, failure);
        }
    }

    private void keep(Line line) {
        lines.addLast(line);
        lastNumber = line.number();
        consumed = line.consumed();
        if (lines.size() > KEPT) {
            lines.removeFirst();
        }
    }

    /** The lines after the one with this number, oldest first. */
    synchronized List<Line> after(long number) {
        return lines.stream().filter(line -> line.number() > number).toList();
    }

    /** All lines that are kept. */
    synchronized List<Line> all() {
        return List.copyOf(lines);
    }

    synchronized long lastNumber() {
        return lastNumber;
    }
}
