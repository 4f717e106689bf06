package dev.podtrain.http;

import java.io.IOException;

/** What became of sending one request once. */
sealed interface Exchange {
    record Answered(RawAnswer answer) implements Exchange {}

    /** No whole answer arrived. If {@code maybeSent} is false the server certainly saw nothing of the request. */
    record Failed(IOException cause, boolean maybeSent) implements Exchange {}
}
