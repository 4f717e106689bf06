package dev.podtrain.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads small files whole, and says in words and with a place why one cannot be used. */
final class TextFile {
    private TextFile() {}

    /** Why a file cannot be used, and the line and column if it is about a place in it (from 1; else 0). */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        private final int line;
        private final int column;

        Unusable(String reason, int line, int column) {
            super(reason);
            this.line = line;
            this.column = column;
        }

        Unusable(String reason) {
            this(reason, 0, 0);
        }

        String reason() {
            return String.valueOf(getMessage());
        }

        /** {@code name} or {@code name:line:column}. */
        String placeIn(String name) {
            return line == 0 ? name : name + ":" + line + ":" + column;
        }
    }

    /** Opens regular files only: opening a pipe would wait for somebody to write. */
    static byte[] readBytes(Path file, int maxBytes) throws Unusable {
        if (Files.isDirectory(file)) {
            throw new Unusable("is a folder, not a file");
        }
        if (!Files.exists(file)) {
            throw new Unusable(Files.isSymbolicLink(file) ? "is a link that leads to no file" : "does not exist");
        }
        if (!Files.isRegularFile(file)) {
            throw new Unusable("is not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new Unusable("is larger than " + maxBytes / 1_000_000 + " MB");
            }
            return bytes;
        } catch (AccessDeniedException e) {
            throw new Unusable("cannot be read: permission denied");
        } catch (IOException e) {
            throw new Unusable("cannot be read: " + e.getMessage());
        }
    }

    /** UTF-8 text without its byte order mark; its only control characters are tab, line feed and carriage return. */
    static String decode(byte[] bytes) throws Unusable {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        if (result.isError()) {
            throw at(text, text.length(), "is not UTF-8 text");
        }
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            boolean white = character == '\t' || character == '\n' || character == '\r';
            if ((character < ' ' && !white) || character == 0x7F) {
                throw at(text, i, String.format("is not a text file: control character U+%04X", (int) character));
            }
        }
        return text;
    }

    /** The reason with the line and column of the character at this index. */
    static Unusable at(String text, int index, String reason) {
        int lineStart = text.lastIndexOf('\n', index - 1) + 1;
        int line = 1
                + (int) text.substring(0, lineStart)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        return new Unusable(reason, line, 1 + text.codePointCount(lineStart, index));
    }
}
