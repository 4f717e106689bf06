package dev.podtrain.http;

import java.io.IOException;

/** An answer longer than any the provider sends: asking again would not help. */
final class AnswerTooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    AnswerTooLongException(int limit) {
        super("the answer is longer than " + limit + " bytes");
    }
}
