package dev.podtrain.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns bytes or text from outside into text that cannot do anything to a terminal: escape sequences, other control
 * characters and overrides of the text direction are left out, and invalid UTF-8 becomes U+FFFD. It works on a stream of
 * chunks that may be cut anywhere, and holds back at most a few bytes.
 */
final class SafeText {
    /** A title or link is shorter. Without a limit, one unfinished sequence would swallow the rest of a log. */
    private static final int LONGEST_CONTROL_STRING = 2048;

    private static final char ESC = '\u001b';

    private enum Place {
        TEXT,
        AFTER_ESCAPE,
        IN_SEQUENCE,
        IN_STRING,
        IN_STRING_AFTER_ESCAPE
    }

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final boolean keepCarriageReturns;
    private ByteBuffer undecoded = ByteBuffer.allocate(0);
    private Place place = Place.TEXT;
    private int stringLength;

    private SafeText(boolean keepCarriageReturns) {
        this.keepCarriageReturns = keepCarriageReturns;
    }

    /** For a log: carriage returns stay, because progress bars live from them. */
    static SafeText ofLog() {
        return new SafeText(true);
    }

    /** A message that may contain text from outside. */
    static String ofMessage(String message) {
        return new SafeText(false).filter(message);
    }

    /** What can be shown once these bytes have arrived. */
    String next(byte[] bytes, int length) {
        ByteBuffer input = ByteBuffer.allocate(undecoded.remaining() + length)
                .put(undecoded)
                .put(bytes, 0, length)
                .flip();
        CharBuffer text = CharBuffer.allocate(input.remaining() + 1);
        decoder.decode(input, text, false);
        undecoded = input;
        return filter(text.flip());
    }

    /** What is still to be shown when no more bytes come. */
    String end() {
        CharBuffer text = CharBuffer.allocate(undecoded.remaining() + 1);
        decoder.decode(undecoded, text, true);
        decoder.flush(text);
        decoder.reset();
        undecoded = ByteBuffer.allocate(0);
        place = Place.TEXT;
        return filter(text.flip());
    }

    private String filter(CharSequence text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            take(text.charAt(i), shown);
        }
        return shown.toString();
    }

    private void take(char c, StringBuilder shown) {
        switch (place) {
            case TEXT -> takeText(c, shown);
            case AFTER_ESCAPE -> takeAfterEscape(c, shown);
            case IN_SEQUENCE -> takeInSequence(c, shown);
            case IN_STRING -> takeInString(c, shown);
            case IN_STRING_AFTER_ESCAPE -> {
                place = Place.TEXT;
                if (c != '\\') { // not the string's end, so the escape began something new
                    takeAfterEscape(c, shown);
                }
            }
        }
    }

    private void takeText(char c, StringBuilder shown) {
        if (c == ESC) {
            place = Place.AFTER_ESCAPE;
        } else if (c == '\u009b') {
            place = Place.IN_SEQUENCE;
        } else if (c == '\u0090' || c == '\u0098' || (c >= '\u009d' && c <= '\u009f')) {
            beginString();
        } else if (isHarmless(c)) {
            shown.append(c);
        }
    }

    private boolean isHarmless(char c) {
        if (c < ' ') {
            return c == '\n' || c == '\t' || (c == '\r' && keepCarriageReturns);
        }
        boolean control = c >= '\u007f' && c <= '\u009f';
        boolean direction = (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
        return !control && !direction;
    }

    private void takeAfterEscape(char c, StringBuilder shown) {
        place = Place.TEXT;
        if (c == '[') {
            place = Place.IN_SEQUENCE;
        } else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_') {
            beginString();
        } else if (c >= ' ' && c <= '/') {
            place = Place.AFTER_ESCAPE; // intermediate byte, the final one follows
        } else if (c < '0' || c > '~') {
            takeText(c, shown);
        }
    }

    private void takeInSequence(char c, StringBuilder shown) {
        if (c >= '@' && c <= '~') {
            place = Place.TEXT;
        } else if (c < ' ' || c > '?') {
            place = Place.TEXT;
            takeText(c, shown);
        }
    }

    private void beginString() {
        place = Place.IN_STRING;
        stringLength = 0;
    }

    private void takeInString(char c, StringBuilder shown) {
        stringLength++;
        if (c == ESC) {
            place = Place.IN_STRING_AFTER_ESCAPE;
        } else if (c == '\u0007' || c == '\u009c' || stringLength > LONGEST_CONTROL_STRING) {
            place = Place.TEXT;
        } else if (c == '\n') {
            place = Place.TEXT;
            takeText(c, shown);
        }
    }
}
