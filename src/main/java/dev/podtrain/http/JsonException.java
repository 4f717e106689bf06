package dev.podtrain.http;

/** An answer is not the JSON that the call needs. The message names the member and never shows its value. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JsonException(String message) {
        super(message);
    }
}
