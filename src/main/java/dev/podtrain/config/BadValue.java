package dev.podtrain.config;

/** A text that does not have the form it should have; the message says why and never repeats the text. */
final class BadValue extends Exception {
    private static final long serialVersionUID = 1L;

    BadValue(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
