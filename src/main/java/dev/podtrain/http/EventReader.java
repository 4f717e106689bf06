package dev.podtrain.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;

/** Cuts a stream of bytes into server-sent events (WHATWG HTML, section 9.2), as far as {@code id} and {@code data}. */
final class EventReader {
    /** A container may print a line without end; the stream must not fill the memory with it. */
    private static final int LINE_LIMIT = 1_000_000;

    /** Ids are remembered by the thousand, to know what has come; the provider's have 33 characters. */
    private static final int ID_LIMIT = 500;

    private final InputStream in;
    private final StringBuilder data = new StringBuilder();
    private String id = "";

    EventReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /** Reads until the receiver wants no more, the stream ends or it is silent for longer than its time-out. */
    StreamEnd readInto(Predicate<ServerEvent> wantsMore) throws IOException {
        try {
            while (true) {
                Optional<String> line = line();
                if (line.isEmpty()) {
                    return StreamEnd.closed("the stream ended");
                }
                if (line.get().isEmpty()) {
                    if (data.length() > 0
                            && !wantsMore.test(new ServerEvent(id, data.substring(0, data.length() - 1)))) {
                        return StreamEnd.enough();
                    }
                    data.setLength(0);
                } else {
                    field(line.get());
                }
            }
        } catch (SocketTimeoutException e) {
            return StreamEnd.quiet();
        }
    }

    private void field(String line) {
        int colon = line.indexOf(':');
        String name = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        if (name.equals("data") && data.length() + value.length() < LINE_LIMIT) {
            data.append(value).append('\n');
        } else if (name.equals("id") && value.length() <= ID_LIMIT && value.indexOf('\0') < 0) {
            id = value;
        }
    }

    /** The next line without its end, cut off at the limit; empty at the end of the stream, even in mid-line. */
    private Optional<String> line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                String text = line.toString(StandardCharsets.UTF_8);
                return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
            }
            if (line.size() < LINE_LIMIT) {
                line.write(next);
            }
        }
        return Optional.empty();
    }
}
