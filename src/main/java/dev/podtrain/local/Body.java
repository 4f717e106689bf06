package dev.podtrain.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request body being read: members are taken by name and type, every violation is collected, and what nobody asked
 * for is one too. Read everything, then call {@link #check()}.
 */
final class Body {
    private final JsonNode object;
    private final String path;
    private final List<String> errors;
    private final Set<String> known = new TreeSet<>();
    private final List<Body> parts = new ArrayList<>();

    private Body(JsonNode object, String path, List<String> errors) {
        this.object = object;
        this.path = path;
        this.errors = errors;
    }

    /** @throws Refusal if the text is no JSON object */
    static Body parse(byte[] text) {
        JsonNode tree;
        try {
            tree = Json.tree(text);
        } catch (IOException broken) {
            throw Refusal.invalid(List.of("$: body is not valid JSON"));
        }
        if (!tree.isObject()) {
            throw Refusal.invalid(List.of("$: value must be an object"));
        }
        return new Body(tree, "$", new ArrayList<>());
    }

    /** @throws Refusal with everything that was wrong */
    void check() {
        collectUnknown();
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
    }

    private void collectUnknown() {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                errors.add(path + ": property '" + name + "' is unsupported");
            }
        });
        parts.forEach(Body::collectUnknown);
    }

    boolean has(String name) {
        return object.has(name);
    }

    boolean isEmpty() {
        return object.isEmpty();
    }

    void fail(String name, String reason) {
        errors.add(path + "." + name + ": " + reason);
    }

    private @Nullable JsonNode take(String name) {
        known.add(name);
        return object.get(name);
    }

    Optional<String> text(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            fail(name, "value must be a string");
            return Optional.empty();
        }
        return Optional.of(value.asText());
    }

    /** A text that must be there and not be empty; an empty one stands for it after a violation. */
    String needText(String name) {
        if (!object.has(name)) {
            known.add(name);
            fail(name, "property is missing");
            return "";
        }
        Optional<String> value = text(name);
        if (value.isPresent() && value.get().isEmpty()) {
            fail(name, "minimum string length is 1");
        }
        return value.orElse("");
    }

    /** A text or null, told apart from a missing member by {@link #has}. */
    @Nullable
    String textOrNull(String name) {
        JsonNode value = take(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            fail(name, "value must be a string or null");
        }
        return value.asText();
    }

    Optional<String> oneOf(String name, List<String> allowed) {
        Optional<String> value = text(name);
        if (value.isPresent() && !allowed.contains(value.get())) {
            fail(name, "value must be one of '" + String.join("', '", allowed) + "'");
            return Optional.empty();
        }
        return value;
    }

    Optional<Integer> number(String name, int atLeast, int atMost) {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            fail(name, "value must be an integer");
            return Optional.empty();
        }
        if (value.asInt() < atLeast || value.asInt() > atMost) {
            fail(name, "number must be between %d and %d".formatted(atLeast, atMost));
            return Optional.empty();
        }
        return Optional.of(value.asInt());
    }

    Optional<Boolean> flag(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            fail(name, "value must be a boolean");
            return Optional.empty();
        }
        return Optional.of(value.asBoolean());
    }

    Optional<List<String>> texts(String name, Pattern form) {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        if (!value.isArray()) {
            fail(name, "value must be an array");
        }
        for (JsonNode item : value) {
            if (!item.isTextual()) {
                fail(name, "items must be strings");
            } else if (!form.matcher(item.asText()).matches()) {
                fail(name, "string doesn't match the regular expression \"" + form + "\"");
            } else {
                texts.add(item.asText());
            }
        }
        return Optional.of(texts);
    }

    Optional<Map<String, String>> map(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        Map<String, String> map = new LinkedHashMap<>();
        if (!value.isObject()) {
            fail(name, "value must be an object");
        }
        value.properties().forEach(entry -> {
            if (entry.getValue().isTextual()) {
                map.put(entry.getKey(), entry.getValue().asText());
            } else {
                fail(name + "." + entry.getKey(), "value must be a string");
            }
        });
        return Optional.of(map);
    }

    Optional<Body> part(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        return partOf(value, path + "." + name);
    }

    List<Body> partsOf(String name, int atMost) {
        JsonNode value = take(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            fail(name, "value must be an array");
        } else if (value.size() > atMost) {
            fail(name, "maximum number of items is " + atMost);
        }
        List<Body> found = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            partOf(value.get(i), path + "." + name + "[" + i + "]").ifPresent(found::add);
        }
        return found;
    }

    private Optional<Body> partOf(JsonNode value, String where) {
        if (!value.isObject()) {
            errors.add(where + ": value must be an object");
            return Optional.empty();
        }
        Body part = new Body(value, where, errors);
        parts.add(part);
        return Optional.of(part);
    }
}
