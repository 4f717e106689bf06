package dev.podtrain.pod;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A log endpoint whose streams do what real ones do and WireMock's do not: stay open for ever. Each connection is
 * answered by the next script; after the last one, connections are refused with 503.
 */
final class LogServer implements AutoCloseable {
    /** What one connection gets; the connection ends when the script returns. */
    interface Script {
        void play(LogServer server, OutputStream out) throws IOException, InterruptedException;
    }

    /** One request: its query and its {@code Last-Event-ID}, {@code -} if it had none. */
    record Request(String query, String lastEventId) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Script> scripts = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    LogServer(Script... connections) throws IOException {
        scripts.addAll(List.of(connections));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Keeps a stream open without a word until the server is closed. */
    void silence() throws InterruptedException {
        closed.await();
    }

    static void event(OutputStream out, int number) throws IOException {
        out.write(("id: 2026-11-22T06:16:19Z/%012d%n".formatted(number)
                        + "data: {\"ts\":\"2026-11-22T06:16:19Z\",\"source\":\"container\",\"line\":\"line %d\"}%n%n"
                                .formatted(number))
                .getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String id = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        requests.add(new Request(exchange.getRequestURI().getRawQuery(), id == null ? "-" : id));
        Script script = scripts.poll();
        if (script == null) {
            exchange.sendResponseHeaders(503, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.flush();
            script.play(this, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
