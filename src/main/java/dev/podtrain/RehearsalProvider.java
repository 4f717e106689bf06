package dev.podtrain;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Answers like the provider, always the same, for the build's rehearsal alone: on loopback, for seconds. */
final class RehearsalProvider implements AutoCloseable {
    static final String POD = "rehearsal";

    /** In the shape of RunPod's own example (pod object, 2026-08-20). */
    private static final String POD_JSON = """
            {"id":"rehearsal","name":"pod-train-rehearsal-a1","status":"RUNNING","actions":["stop"],"image":"i:1",
             "args":"","disk":50,"mounts":{"network":[{"volumeId":"v","path":"/workspace"}]},"ports":["22/tcp"],
             "env":{"POD_TRAIN_INTENT":"i"},"registry":null,"gpu":{"id":"NVIDIA RTX A5000","count":1},"cloud":"SECURE",
             "dataCenterId":"EU-RO-1","cudaVersion":"12.8","ssh":{"proxy":null,"direct":{"host":"127.0.0.1","port":22,
             "username":"root","command":"ssh"}},"template":null,"cost":0.27,"locked":false,
             "globalNetworking":{"enabled":false},"runtime":{"uptime":41,"gpus":[],"ports":[]},
             "createdAt":"2026-11-22T06:16:19.436Z","startedAt":"2026-11-22T06:16:21.101Z"}
            """;

    private static final String LOG = """
            id: 2026-11-22T06:16:21Z/1
            data: {"ts":"2026-11-22T06:16:21Z","source":"container","line":"SSH host keys:"}

            """;

    private final HttpServer server;

    private RehearsalProvider(HttpServer server) {
        this.server = server;
    }

    static RehearsalProvider start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", RehearsalProvider::answer);
        server.start();
        return new RehearsalProvider(server);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        exchange.getRequestBody().readAllBytes();
        boolean isLog = path.endsWith("/logs");
        byte[] body = (isLog ? LOG : json(path)).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", isLog ? "text/event-stream" : "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String json(String path) {
        if (path.endsWith("/gpus")) {
            return "{\"gpus\":[]}";
        } else if (path.contains("/network-volumes/")) {
            return "{\"id\":\"v\",\"name\":\"v\",\"size\":10,\"dataCenter\":\"EU-RO-1\",\"type\":\"STANDARD\"}";
        }
        return path.endsWith("/pods") ? "{\"pods\":[" + POD_JSON + "]}" : POD_JSON;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
