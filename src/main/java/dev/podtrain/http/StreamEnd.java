package dev.podtrain.http;

/** Why the reading of a stream ended. */
public sealed interface StreamEnd {
    /** The receiver wanted no more. */
    record Enough() implements StreamEnd {}

    /** Nothing came for as long as silence was allowed, or the deadline passed. */
    record Quiet() implements StreamEnd {}

    /** The connection ended or never came to be: connecting again may help. */
    record Closed(String reason) implements StreamEnd {}

    static StreamEnd enough() {
        return new Enough();
    }

    static StreamEnd quiet() {
        return new Quiet();
    }

    static StreamEnd closed(String reason) {
        return new Closed(reason);
    }
}
