package dev.podtrain.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries requests to the server and answers back. It knows nothing of what they mean. */
interface Transport extends AutoCloseable {
    /** Sends a request: exactly once unless it may be repeated. */
    Exchange send(ApiRequest request, boolean repeatable, Duration limit);

    /**
     * Opens a stream of events. The caller closes it.
     *
     * @param lastEventId null at first
     * @param quiet how long the stream may be silent before reading from it fails with a time-out
     */
    EventStream open(ApiRequest request, @Nullable String lastEventId, Duration quiet, Duration limit)
            throws IOException;

    /** Ends what is under way and closes every connection. */
    @Override
    void close();

    /** An answer whose body is still arriving. */
    interface EventStream extends AutoCloseable {
        /** The answer instead of a stream; empty if there is a stream. */
        Optional<RawAnswer> refusal() throws IOException;

        InputStream body();

        /** Ends the connection at once. */
        void abandon();

        @Override
        void close();
    }
}
