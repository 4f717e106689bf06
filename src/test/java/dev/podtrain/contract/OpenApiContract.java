package dev.podtrain.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * RunPod's own description of REST v2 (OpenAPI 3.1), as a judge of single requests and answers. Each check returns one
 * sentence per violation; an empty list means the message fits.
 *
 * <p>The description lies outside this repository: {@code ../shared/reference/runpod-rest-v2.openapi.json}, or wherever
 * the system property {@code runpod.openapi} says.
 */
public final class OpenApiContract {
    private static final String DOCUMENT = "https://api.runpod.io/v2/openapi.json";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** In the live API since September 2026, not yet in the file of August 2026. */
    private static final Map<String, Set<String>> LATER_PARAMETERS =
            Map.of("/v2/pods", Set.of("limit", "cursor"), "/v2/serverless", Set.of("limit", "cursor"));

    private final JsonNode description;
    private final SchemaRegistry schemas;

    private OpenApiContract(String text) throws JsonProcessingException {
        this.description = JSON.readTree(text);
        this.schemas =
                SchemaRegistry.withDialect(Dialects.getOpenApi31(), builder -> builder.schemas(Map.of(DOCUMENT, text)));
    }

    /** The contract, or empty where the description is not there. */
    public static Optional<OpenApiContract> load() throws IOException {
        Path file = location();
        return Files.isReadable(file) ? Optional.of(new OpenApiContract(Files.readString(file))) : Optional.empty();
    }

    /** The contract; where the description is not there the calling test is skipped with a message that says so. */
    public static OpenApiContract loadOrSkip() throws IOException {
        Optional<OpenApiContract> contract = load();
        Assumptions.assumeTrue(
                contract.isPresent(),
                () -> "no API description at " + location() + ": give its path with -Drunpod.openapi=FILE");
        return contract.orElseThrow();
    }

    private static Path location() {
        return Path.of(System.getProperty("runpod.openapi", "../shared/reference/runpod-rest-v2.openapi.json"))
                .toAbsolutePath()
                .normalize();
    }

    /**
     * What is wrong with a request.
     *
     * @param target path and, if there is one, query, as in the request line: {@code /v2/pods?limit=10}
     * @param body the body's text; null or empty for none
     */
    public List<String> requestViolations(String method, String target, @Nullable String body) {
        Optional<Operation> found = operation(method, target);
        if (found.isEmpty()) {
            return List.of(method + " " + target + " is not an operation of the API");
        }
        Operation operation = found.get();
        List<String> violations = new ArrayList<>(queryViolations(operation, target));
        JsonNode declared = operation.node().path("requestBody");
        String text = body == null ? "" : body;
        if (text.isEmpty() && declared.path("required").asBoolean()) {
            violations.add("the request needs a body");
        } else if (!text.isEmpty() && declared.isMissingNode()) {
            violations.add("the request must not have a body");
        } else if (!text.isEmpty()) {
            violations.addAll(
                    bodyViolations(operation.pointer() + "/requestBody/content/application~1json/schema", text));
        }
        return violations;
    }

    /**
     * What is wrong with an answer.
     *
     * @param target path of the request, with or without its query
     * @param contentType value of the answer's {@code Content-Type}; null or empty for none
     * @param body the body's text; null or empty for none
     */
    public List<String> responseViolations(
            String method, String target, int status, @Nullable String contentType, @Nullable String body) {
        Optional<Operation> found = operation(method, target);
        if (found.isEmpty()) {
            return List.of(method + " " + target + " is not an operation of the API");
        }
        Operation operation = found.get();
        String key = operation.node().path("responses").has(String.valueOf(status)) ? "" + status : "default";
        Resolved response = resolve(operation.pointer() + "/responses/" + key);
        if (response.node().isMissingNode()) {
            return List.of("status " + status + " is not declared");
        }
        String text = body == null ? "" : body;
        JsonNode content = response.node().path("content");
        if (content.isMissingNode() || content.isEmpty()) {
            return text.isEmpty() ? List.of() : List.of("status " + status + " must not have a body");
        }
        String mediaType = contentType == null
                ? ""
                : contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
        if (!content.has(mediaType)) {
            return List.of("content type '" + mediaType + "' is not declared for status " + status);
        }
        if (!mediaType.endsWith("json")) {
            return List.of();
        }
        return bodyViolations(response.pointer() + "/content/" + mediaType.replace("/", "~1") + "/schema", text);
    }

    private List<String> queryViolations(Operation operation, String target) {
        List<String> violations = new ArrayList<>();
        Map<String, String> given = query(target);
        Set<String> undeclared = new TreeSet<>(given.keySet());
        undeclared.removeAll(LATER_PARAMETERS.getOrDefault(operation.template(), Set.of()));
        for (int index = 0; index < operation.node().path("parameters").size(); index++) {
            Resolved parameter = resolve(operation.pointer() + "/parameters/" + index);
            String name = parameter.node().path("name").asText();
            if (!parameter.node().path("in").asText().equals("query")) {
                continue;
            }
            undeclared.remove(name);
            String value = given.get(name);
            if (value == null) {
                if (parameter.node().path("required").asBoolean()) {
                    violations.add("query parameter '" + name + "' is missing");
                }
                continue;
            }
            schema(parameter.pointer() + "/schema")
                    .validate(parameterValue(parameter.node().path("schema"), value))
                    .forEach(error -> violations.add("query parameter '" + name + "': " + error));
        }
        undeclared.forEach(name -> violations.add("query parameter '" + name + "' is not declared"));
        return violations;
    }

    private List<String> bodyViolations(String schemaPointer, String body) {
        try {
            JsonNode value = JSON.readTree(body);
            if (value == null || value.isMissingNode()) {
                return List.of("the body is empty");
            }
            return schema(schemaPointer)
                    .validate(value, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                    .stream()
                    .map(Object::toString)
                    .toList();
        } catch (JsonProcessingException e) {
            return List.of("the body is not JSON: " + e.getOriginalMessage());
        }
    }

    private Schema schema(String pointer) {
        return schemas.getSchema(SchemaLocation.of(DOCUMENT + "#" + pointer));
    }

    /** A query value as the JSON value its schema speaks of; arrays are comma separated here. */
    private JsonNode parameterValue(JsonNode declared, String value) {
        JsonNode schema = declared.has("$ref")
                ? description.at(declared.path("$ref").asText().substring(1))
                : declared;
        switch (schema.path("type").asText()) {
            case "array" -> {
                var array = JSON.createArrayNode();
                for (String item : value.split(",", -1)) {
                    array.add(item);
                }
                return array;
            }
            case "integer", "number", "boolean" -> {
                try {
                    return JSON.readTree(value);
                } catch (JsonProcessingException e) {
                    return TextNode.valueOf(value);
                }
            }
            default -> {
                return TextNode.valueOf(value);
            }
        }
    }

    private static Map<String, String> query(String target) {
        Map<String, String> values = new TreeMap<>();
        int mark = target.indexOf('?');
        if (mark < 0) {
            return values;
        }
        for (String pair : target.substring(mark + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            values.put(
                    URLDecoder.decode(name, StandardCharsets.UTF_8), URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return values;
    }

    private Optional<Operation> operation(String method, String target) {
        String verb = method.toLowerCase(Locale.ROOT);
        String[] path = target.replaceFirst("\\?.*", "").split("/", -1);
        if (!METHODS.contains(verb)) {
            return Optional.empty();
        }
        for (var entry : description.path("paths").properties()) {
            if (matches(entry.getKey().split("/", -1), path) && entry.getValue().has(verb)) {
                String pointer = "/paths/" + entry.getKey().replace("/", "~1") + "/" + verb;
                return Optional.of(
                        new Operation(entry.getKey(), pointer, entry.getValue().path(verb)));
            }
        }
        return Optional.empty();
    }

    private static boolean matches(String[] template, String[] path) {
        if (template.length != path.length) {
            return false;
        }
        for (int i = 0; i < path.length; i++) {
            boolean variable = template[i].startsWith("{");
            if (variable ? path[i].isEmpty() : !template[i].equals(path[i])) {
                return false;
            }
        }
        return true;
    }

    private Resolved resolve(String pointer) {
        JsonNode node = description.at(pointer);
        return node.has("$ref") ? resolve(node.path("$ref").asText().substring(1)) : new Resolved(pointer, node);
    }

    private record Operation(String template, String pointer, JsonNode node) {}

    private record Resolved(String pointer, JsonNode node) {}
}
