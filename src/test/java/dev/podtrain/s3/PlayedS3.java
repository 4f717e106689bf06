package dev.podtrain.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.podtrain.base.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A plain HTTP server that keeps every request and answers as a test says. */
final class PlayedS3 implements AutoCloseable {
    /**
     * What arrived.
     *
     * @param headers names in lower case
     */
    record Request(String method, URI uri, Map<String, String> headers, String body) {
        String target() {
            return method + " " + uri.getRawPath();
        }
    }

    /**
     * What is answered.
     *
     * @param missing how many bytes the body ends too early
     */
    record Answer(int status, Map<String, String> headers, String body, int missing) {
        static Answer of(int status, String body) {
            return new Answer(status, Map.of(), body, 0);
        }

        Answer with(String name, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(name, value);
            return new Answer(status, more, body, missing);
        }

        Answer endingEarlyBy(int count) {
            return new Answer(status, headers, body, count);
        }

        static Answer error(int status, String code) {
            return of(status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
        }

        static Answer object(long size) {
            return of(200, "")
                    .with("Content-Length", Long.toString(size))
                    .with("ETag", "\"e1\"")
                    .with("Last-Modified", "Mon, 23 Nov 2026 12:00:00 GMT");
        }
    }

    /** Null cuts the connection. */
    interface Play {
        @Nullable
        Answer answer(Request request);
    }

    final List<Request> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    PlayedS3(Play play) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> serve(exchange, play));
        server.start();
    }

    S3Access access() {
        return new S3Access(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
                "EU-RO-1",
                "vol1",
                "user_a",
                Secret.of("rps_b"));
    }

    private void serve(HttpExchange exchange, Play play) throws IOException {
        Map<String, String> headers = exchange.getRequestHeaders().entrySet().stream()
                .collect(Collectors.toMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT),
                        header -> String.join(",", header.getValue())));
        Request request = new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        requests.add(request);
        Answer answer = play.answer(request);
        if (answer == null) {
            exchange.close();
            return;
        }
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        boolean bodyless = request.method().equals("HEAD") || body.length == 0;
        exchange.sendResponseHeaders(answer.status(), bodyless ? -1 : body.length);
        if (!bodyless) {
            exchange.getResponseBody().write(body, 0, body.length - answer.missing());
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
