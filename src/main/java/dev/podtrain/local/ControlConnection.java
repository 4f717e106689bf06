package dev.podtrain.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Asks a running local cloud through its control endpoint. The JDK's old client on purpose: it is the one that is
 * loaded fastest, and this is on the way of every {@code --local} command.
 */
final class ControlConnection {
    private static final int LIMIT_MILLIS = 10_000;

    private final LocalEndpoint endpoint;

    ControlConnection(LocalEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Whether it is there and is the one this endpoint speaks of. */
    boolean answers() {
        try {
            return open("").getResponseCode() == 200;
        } catch (IOException notThere) {
            return false;
        }
    }

    /** Empty if it has gone meanwhile. */
    Optional<LocalStatus> status() {
        try (InputStream body = open("").getInputStream()) {
            return Optional.of(Json.convert(Json.tree(body.readAllBytes()), LocalStatus.class));
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    /** Asks for the end of all pods and of the process; one that is ending already need not answer. */
    void shutDown() {
        try {
            HttpURLConnection connection = open("/shutdown");
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            try (OutputStream body = connection.getOutputStream()) {
                body.write("{\"pods\":true}".getBytes(StandardCharsets.UTF_8));
            }
            int status = connection.getResponseCode();
            if (status != 202) {
                throw new IllegalStateException("the local cloud refused to end: HTTP status " + status);
            }
        } catch (IOException goneMeanwhile) {
            return; // whoever asks waits for the process's end in any case
        }
    }

    private HttpURLConnection open(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create(endpoint.controlUrl() + path).toURL().openConnection(java.net.Proxy.NO_PROXY);
        connection.setConnectTimeout(LIMIT_MILLIS);
        connection.setReadTimeout(LIMIT_MILLIS);
        connection.setRequestProperty(
                "Authorization", "Bearer " + endpoint.controlKey().reveal());
        return connection;
    }
}
