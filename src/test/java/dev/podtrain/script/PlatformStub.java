package dev.podtrain.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** The provider as the guard sees it: remembers what was asked, and answers as the test says. */
final class PlatformStub implements AutoCloseable {
    /** One call, with the headers that matter. */
    record Call(String path, String body, String authorization, String agent) {}

    /** An HTTP status and a body. */
    record Answer(int status, String body) {}

    /** What the platform answers to a call. */
    interface Behaviour {
        Answer answer(Call call);
    }

    final List<Call> calls = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile Behaviour behaviour = call -> new Answer(200, "{}");

    PlatformStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    PlatformStub answering(Behaviour newBehaviour) {
        behaviour = newBehaviour;
        return this;
    }

    /** REST answers with one status, GraphQL with another answer. */
    PlatformStub answering(int rest, Answer graphql) {
        return answering(call -> call.path().equals("/graphql") ? graphql : new Answer(rest, "{}"));
    }

    List<String> bodies() {
        return calls.stream().map(Call::body).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            var call = new Call(
                    exchange.getRequestURI().getPath(),
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8),
                    String.valueOf(headers.getFirst("Authorization")),
                    String.valueOf(headers.getFirst("User-Agent")));
            Answer answer = behaviour.answer(call);
            calls.add(call);
            byte[] body = answer.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
