package dev.podtrain.http;

import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Makes an {@link HttpApi} whose requests are answered by code in the same thread instead of by a network. */
public final class SimulatedApi {
    private SimulatedApi() {}

    /** The other side. */
    public interface Server {
        Reply send(ApiRequest request, Duration limit);

        /**
         * Opens a log's stream.
         *
         * @param quiet how long its body may be silent before reading from it fails with a time-out
         */
        Stream open(ApiRequest request, @Nullable String lastEventId, Duration quiet, Duration limit)
                throws IOException;
    }

    /**
     * What came back.
     *
     * @param failure why nothing came back; null for an answer
     * @param maybeSent whether the request may have arrived although nothing came back
     */
    public record Reply(
            int status,
            String body,
            @Nullable String retryAfter,
            @Nullable IOException failure,
            boolean maybeSent) {
        public static Reply of(int status, String body) {
            return new Reply(status, body, null, null, true);
        }

        public static Reply later(int status, String body, int seconds) {
            return new Reply(status, body, Integer.toString(seconds), null, true);
        }

        public static Reply failed(IOException failure, boolean maybeSent) {
            return new Reply(0, "", null, failure, maybeSent);
        }

        private RawAnswer raw() {
            String type = body.startsWith("<") ? "text/html" : "application/json";
            return new RawAnswer(status, body, type, null, retryAfter, "", null, null);
        }
    }

    /**
     * An open stream.
     *
     * @param refusal the answer instead of a stream; null if there is one
     */
    public record Stream(@Nullable Reply refusal, InputStream body) {}

    /** The API over that server. */
    public static HttpApi over(
            Server server, HttpSettings settings, Time time, DoubleSupplier random, Progress progress) {
        return new HttpApi(settings, new SimulatedTransport(server), time, random, progress, line -> {});
    }

    private record SimulatedTransport(Server server) implements Transport {
        @Override
        public Exchange send(ApiRequest request, boolean repeatable, Duration limit) {
            Reply reply = server.send(request, limit);
            return reply.failure() == null
                    ? new Exchange.Answered(reply.raw())
                    : new Exchange.Failed(reply.failure(), reply.maybeSent());
        }

        @Override
        public EventStream open(ApiRequest request, @Nullable String lastEventId, Duration quiet, Duration limit)
                throws IOException {
            return new SimulatedStream(server.open(request, lastEventId, quiet, limit));
        }

        @Override
        public void close() {}
    }

    private record SimulatedStream(Stream stream) implements Transport.EventStream {
        @Override
        public Optional<RawAnswer> refusal() {
            return Optional.ofNullable(stream.refusal()).map(Reply::raw);
        }

        @Override
        public InputStream body() {
            return stream.body();
        }

        @Override
        public void abandon() {}

        @Override
        public void close() {}
    }
}
