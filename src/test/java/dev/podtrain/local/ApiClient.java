package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.podtrain.contract.OpenApiContract;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Speaks plain HTTP to the local cloud, without any of the program's own client. Every answer of REST must fit the
 * provider's description, where that is at hand.
 */
final class ApiClient {
    private static final Optional<OpenApiContract> CONTRACT = contract();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;
    private final Map<String, String> headers;

    private final boolean judging;

    private ApiClient(URI base, Map<String, String> headers, boolean judging) {
        this.base = base;
        this.headers = headers;
        this.judging = judging;
    }

    ApiClient unjudged() {
        return new ApiClient(base, headers, false);
    }

    static ApiClient of(LocalEndpoint endpoint) {
        return withKey(endpoint, endpoint.apiKey().reveal());
    }

    static ApiClient withKey(LocalEndpoint endpoint, String key) {
        return new ApiClient(
                endpoint.apiUrl(), Map.of("Authorization", "Bearer " + key, "User-Agent", "pod-train-test/1"), true);
    }

    static ApiClient withHeaders(LocalEndpoint endpoint, Map<String, String> headers) {
        return new ApiClient(endpoint.apiUrl(), headers, true);
    }

    record Answer(String method, String path, String body, HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        JsonNode json() {
            return response.body().isEmpty() ? MissingNode.getInstance() : parse(response.body());
        }

        String text(String pointer) {
            return json().at(pointer).asText();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    Answer get(String path) {
        return call("GET", path, "");
    }

    Answer post(String path, String body) {
        return call("POST", path, body);
    }

    /** Without saying before how long the body is. */
    Answer postInChunks(String path, String body) {
        return call(
                "POST",
                path,
                body,
                HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));
    }

    Answer call(String method, String path, String body) {
        return call(
                method,
                path,
                body,
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    }

    private Answer call(String method, String path, String body, HttpRequest.BodyPublisher publisher) {
        try {
            HttpResponse<String> response =
                    http.send(request(path).method(method, publisher).build(), HttpResponse.BodyHandlers.ofString());
            if (judging) {
                judge(method, path, response);
            }
            return new Answer(method, path, body, response);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static Optional<OpenApiContract> contract() {
        try {
            return OpenApiContract.load();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void judge(String method, String path, HttpResponse<String> response) {
        boolean described = path.startsWith("/v2/") && response.statusCode() != 404 && response.statusCode() != 405;
        if (CONTRACT.isPresent() && described) {
            String type = response.headers().firstValue("Content-Type").orElse("");
            assertThat(CONTRACT.get().responseViolations(method, path, response.statusCode(), type, response.body()))
                    .as("%s %s answered %s", method, path, response.body())
                    .isEmpty();
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(90))
                .header("Content-Type", "application/json");
        headers.forEach(request::header);
        return request;
    }

    /** The events of a log stream, each as its two lines joined, until one is the last that is wanted. */
    List<String> events(String path, Map<String, String> more, Predicate<List<String>> enough) {
        HttpRequest.Builder request = request(path);
        more.forEach(request::header);
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            List<String> events = new ArrayList<>();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                String id = "";
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("id: ")) {
                        id = line.substring(4);
                    } else if (line.startsWith("data: ")) {
                        events.add(id + " " + line.substring(6));
                        if (enough.test(events)) {
                            return events;
                        }
                    }
                }
            }
            return events;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** The texts of the container's log up to and including the first line that contains this. */
    List<String> containerLog(String podId, String last) {
        return containerLog(podId, last, 1);
    }

    /** The same up to the so-manieth such line. */
    List<String> containerLog(String podId, String last, int times) {
        Predicate<List<String>> complete =
                events -> events.stream().filter(event -> event.contains(last)).count() == times;
        return events("/v2/pods/" + podId + "/logs?source=container&tail=5000", Map.of(), complete).stream()
                .map(event ->
                        parse(event.substring(event.indexOf('{'))).path("line").asText())
                .toList();
    }

    private static JsonNode parse(String json) {
        try {
            return Json.tree(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(json, broken);
        }
    }
}
