package dev.podtrain.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.InflaterInputStream;

/**
 * What is on the host at the paths that a transfer is about.
 *
 * @param entries by path; folders come before what is in them
 * @param freeBytes on the file system that the paths are on, as far as it tells
 */
record FarTree(Map<String, Entry> entries, long freeBytes) {

    /** Asks for the tree; the host looks while this machine does something else. */
    static void ask(Agent agent, List<String> paths) throws IOException {
        agent.request("list", json -> Agent.writeStrings(json, "paths", paths));
        agent.flush();
    }

    /** The same behind a ping, whose answer is to be read first. */
    static void askBehindPing(Agent agent, List<String> paths) throws IOException {
        agent.request("ping", json -> {});
        ask(agent, paths);
    }

    /**
     * The answer to {@link #ask}.
     *
     * @param leftOut gets what the host cannot read, and names that cannot be expressed here
     */
    static FarTree read(Agent agent, LeftOut leftOut) throws IOException {
        Answer answer = agent.answer();
        byte[] packed = agent.read(Math.toIntExact(answer.number("packed")));
        Map<String, Entry> entries = new LinkedHashMap<>();
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            new Lines(in.readAllBytes(), entries, leftOut).read();
        }
        return new FarTree(entries, answer.number("free"));
    }

    /** The lines of the answer: kind, size, time and mode with a space behind each, then the path up to a NUL. */
    private static final class Lines {
        private final byte[] bytes;
        private final Map<String, Entry> entries;
        private final LeftOut leftOut;
        private int at;

        Lines(byte[] bytes, Map<String, Entry> entries, LeftOut leftOut) {
            this.bytes = bytes;
            this.entries = entries;
            this.leftOut = leftOut;
        }

        void read() throws IOException {
            while (at < bytes.length) {
                char kind = (char) bytes[at];
                at += 2;
                long size = number(10);
                long modified = number(10);
                long mode = number(8);
                int start = at;
                skipPath();
                String path = text(start, at - 1);
                boolean readable = encodes(start, at - 1);
                String second = "";
                if (kind == 'l' || kind == '!') {
                    int from = at;
                    skipPath();
                    second = text(from, at - 1);
                }
                if (!readable) {
                    leftOut.add(path, LocalTree.NOT_UTF8);
                } else if (kind == '!') {
                    leftOut.add(path, second);
                } else {
                    entries.put(path, entry(kind, path, size, modified, mode, second));
                }
            }
        }

        private static Entry entry(char kind, String path, long size, long modified, long mode, String target)
                throws IOException {
            return switch (kind) {
                case 'f' -> Entry.file(path, size, modified, (mode & 0100) != 0);
                case 'd' -> Entry.folder(path);
                case 'l' -> Entry.link(path, target);
                case 'o' -> Entry.other(path);
                default -> throw new IOException("the host lists something unknown: " + kind);
            };
        }

        /** Negative for files from before 1970. */
        private long number(int radix) {
            boolean negative = bytes[at] == '-';
            if (negative) {
                at++;
            }
            long value = 0;
            while (bytes[at] != ' ') {
                value = value * radix + (bytes[at] - '0');
                at++;
            }
            at++;
            return negative ? -value : value;
        }

        private void skipPath() {
            while (bytes[at] != 0) {
                at++;
            }
            at++;
        }

        private String text(int from, int to) {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }

        private boolean encodes(int from, int to) {
            for (int i = from; i < to; i++) {
                if (bytes[i] < 0) {
                    return isUtf8(from, to);
                }
            }
            return true;
        }

        private boolean isUtf8(int from, int to) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
                return true;
            } catch (CharacterCodingException e) {
                return false;
            }
        }
    }
}
