package dev.podtrain.cli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A log as events, one for each line with its line end. A line that is not complete is held back; one that is longer
 * than {@value #LONGEST_PIECE} bytes comes in pieces, of which only the last has a line end.
 */
final class JsonLog implements LogOutput {
    static final int LONGEST_PIECE = 65_536;

    private final Screen screen;
    private final String event;
    private byte[] held = new byte[1024];
    private int heldLength;
    private long heldOffset;

    JsonLog(Screen screen) {
        this(screen, "log");
    }

    /** With another name for the events. */
    JsonLog(Screen screen, String event) {
        this.screen = screen;
        this.event = event;
    }

    @Override
    public void accept(long offset, byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (heldLength == 0) {
                heldOffset = offset + i;
            }
            hold(bytes[i]);
            if (bytes[i] == '\n') {
                emit(heldLength);
            } else if (heldLength == LONGEST_PIECE) {
                emit(lengthOfWholeCharacters());
            }
        }
    }

    @Override
    public void finish() {
        if (heldLength > 0) {
            emit(heldLength);
        }
    }

    private void hold(byte next) {
        if (heldLength == held.length) {
            held = Arrays.copyOf(held, Math.min(LONGEST_PIECE, held.length * 4));
        }
        held[heldLength++] = next;
    }

    private void emit(int length) {
        screen.answer(Json.event(event)
                .field("offset", heldOffset)
                .field("text", new String(held, 0, length, StandardCharsets.UTF_8)));
        System.arraycopy(held, length, held, 0, heldLength - length);
        heldLength -= length;
        heldOffset += length;
    }

    /** Without the beginning of a UTF-8 character whose other bytes are still to come. */
    private int lengthOfWholeCharacters() {
        int lead = heldLength - 1;
        while (lead > heldLength - 4 && (held[lead] & 0xC0) == 0x80) {
            lead--;
        }
        int first = held[lead] & 0xFF;
        int size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
        return lead + size > heldLength ? lead : heldLength;
    }
}
