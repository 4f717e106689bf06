package dev.podtrain.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A JSON value that knows where in its document it stands, so that a missing or wrong member is named in full:
 * {@code pods[3].gpu.id}. Unknown members are ignored.
 *
 * <p>Built on Jackson's token stream alone: setting up its object mapper takes longer than a whole call.
 */
public final class Json {
    /** Deeper than any answer of the provider; a limit because the tree is built by recursion. */
    private static final int DEPTH_LIMIT = 100;

    /** Money, counts and identifiers are far shorter; longer ones only cost time. */
    private static final int DIGITS_LIMIT = 100;

    /** A number such as 1e999999999 is short to write, but adding one to it fills the memory. */
    private static final int EXPONENT_LIMIT = 40;

    /** A thousand pods are a hundred thousand values. An empty array takes three characters, but fifty times its memory. */
    private static final int VALUES_LIMIT = 1_000_000;

    /** Of the provider's times; others cannot be reckoned with. */
    private static final Instant EARLIEST = Instant.EPOCH;

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private final Node node;
    private final String path;

    private Json(Node node, String path) {
        this.node = node;
        this.path = path;
    }

    /** The value of a document. Throws {@link JsonException} if the text is not exactly one JSON value. */
    public static Json parse(String text) {
        try (JsonParser parser = Factory.INSTANCE.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new JsonException("the document is empty");
            }
            Json value = new Json(new TreeReader(parser).read(), "");
            if (parser.nextToken() != null) {
                throw new JsonException("there is more after the document");
            }
            return value;
        } catch (JsonProcessingException e) {
            // Jackson's own message quotes the text, which may hold somebody's keys.
            var location = e.getLocation();
            throw new JsonException(
                    "it is not JSON" + (location == null ? "" : " from character " + location.getCharOffset() + " on"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a call without a body answers. */
    static Json nothing() {
        return new Json(Null.NULL, "");
    }

    /** A member that must be there and not be null. */
    public Json member(String name) {
        return find(name).orElseThrow(() -> new JsonException("member '" + below(name) + "' is missing"));
    }

    /** A member that may be missing or null. */
    public Optional<Json> find(String name) {
        Node found = as(ObjectNode.class, "an object").members().get(name);
        return found == null || found instanceof Null ? Optional.empty() : Optional.of(new Json(found, below(name)));
    }

    /** True if there is such a member, even if it is null. */
    public boolean has(String name) {
        return as(ObjectNode.class, "an object").members().containsKey(name);
    }

    public List<Json> items() {
        List<Node> nodes = as(ArrayNode.class, "an array").items();
        List<Json> items = new ArrayList<>(nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            items.add(new Json(nodes.get(i), path + "[" + i + "]"));
        }
        return items;
    }

    /** The items of an array, each made into something else. */
    public <T> List<T> items(Function<Json, T> each) {
        return items().stream().map(each).toList();
    }

    /** The members of an object in their order, nulls left out. */
    public Map<String, Json> members() {
        Map<String, Json> members = new LinkedHashMap<>();
        as(ObjectNode.class, "an object").members().forEach((name, value) -> {
            if (!(value instanceof Null)) {
                members.put(name, new Json(value, below(name)));
            }
        });
        return members;
    }

    public boolean isObject() {
        return node instanceof ObjectNode;
    }

    public String text() {
        return as(Text.class, "a text").value();
    }

    public boolean bool() {
        return as(Bool.class, "true or false").value();
    }

    public BigDecimal decimal() {
        BigDecimal value = as(Num.class, "a number").value();
        if (Math.abs((long) value.scale()) > EXPONENT_LIMIT) {
            throw wrong("a number of sensible size");
        }
        return value;
    }

    /** A whole number; {@code 3.0} is one. */
    public int integer() {
        try {
            return decimal().intValueExact();
        } catch (ArithmeticException e) {
            throw wrong("a whole number");
        }
    }

    /** An RFC 3339 instant. */
    public Instant instant() {
        try {
            Instant instant = Instant.parse(text());
            if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
                throw wrong("a time");
            }
            return instant;
        } catch (DateTimeParseException e) {
            throw wrong("a time");
        }
    }

    /** Makes this value into something else, whose own complaint about the value becomes one about this member. */
    public <T> T as(Function<String, T> factory) {
        try {
            return factory.apply(text());
        } catch (IllegalArgumentException e) {
            throw wrong("what it should be");
        }
    }

    private <N extends Node> N as(Class<N> kind, String inWords) {
        if (!kind.isInstance(node)) {
            throw wrong(inWords);
        }
        return kind.cast(node);
    }

    private JsonException wrong(String expected) {
        return new JsonException((path.isEmpty() ? "the document" : "member '" + path + "'") + " is not " + expected);
    }

    private String below(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Builds the tree of one document, up to a size. */
    private static final class TreeReader {
        private final JsonParser parser;
        private int values;

        TreeReader(JsonParser parser) {
            this.parser = parser;
        }

        Node read() throws IOException {
            if (++values > VALUES_LIMIT) {
                throw new JsonException("it holds more values than any answer");
            }
            JsonToken token = parser.currentToken();
            if (token == JsonToken.START_OBJECT) {
                Map<String, Node> members = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, read());
                }
                return new ObjectNode(Collections.unmodifiableMap(members));
            }
            if (token == JsonToken.START_ARRAY) {
                List<Node> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read());
                }
                return new ArrayNode(Collections.unmodifiableList(items));
            }
            if (token == JsonToken.VALUE_STRING) {
                return new Text(parser.getText());
            }
            if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
                return new Num(number(parser));
            }
            if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
                return new Bool(token == JsonToken.VALUE_TRUE);
            }
            return Null.NULL;
        }
    }

    private static BigDecimal number(JsonParser parser) throws IOException {
        try {
            return parser.getDecimalValue();
        } catch (NumberFormatException e) {
            // An exponent of more than ten digits.
            throw new JsonException("it holds a number that is too long");
        }
    }

    private sealed interface Node {}

    private record ObjectNode(Map<String, Node> members) implements Node {}

    private record ArrayNode(List<Node> items) implements Node {}

    private record Text(String value) implements Node {}

    private record Num(BigDecimal value) implements Node {}

    private record Bool(boolean value) implements Node {}

    private enum Null implements Node {
        NULL
    }

    /** Made at the first use, off the path of commands that call nobody. */
    private static final class Factory {
        static final JsonFactory INSTANCE = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH_LIMIT)
                        .maxNumberLength(DIGITS_LIMIT)
                        .build())
                .build();
    }

    static JsonFactory factory() {
        return Factory.INSTANCE;
    }
}
