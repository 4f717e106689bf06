package dev.podtrain.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/** Writes the members of one JSON object of a request, in the order of the calls. */
public final class JsonBody {
    private final JsonGenerator generator;

    private JsonBody(JsonGenerator generator) {
        this.generator = generator;
    }

    /** The text of an object with the members that are written to the given body. */
    public static String of(Consumer<JsonBody> members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = Json.factory().createGenerator(text)) {
            generator.writeStartObject();
            members.accept(new JsonBody(generator));
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    public void text(String name, String value) {
        write(() -> generator.writeStringField(name, value));
    }

    public void number(String name, long value) {
        write(() -> generator.writeNumberField(name, value));
    }

    public void texts(String name, Collection<String> values) {
        write(() -> {
            generator.writeArrayFieldStart(name);
            for (String value : values) {
                generator.writeString(value);
            }
            generator.writeEndArray();
        });
    }

    public void texts(String name, Map<String, String> values) {
        object(name, members -> values.forEach(members::text));
    }

    public void object(String name, Consumer<JsonBody> members) {
        write(() -> {
            generator.writeObjectFieldStart(name);
            members.accept(this);
            generator.writeEndObject();
        });
    }

    /** An array with one object in it. */
    public void arrayOfOne(String name, Consumer<JsonBody> members) {
        write(() -> {
            generator.writeArrayFieldStart(name);
            generator.writeStartObject();
            members.accept(this);
            generator.writeEndObject();
            generator.writeEndArray();
        });
    }

    private static void write(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Writing {
        void run() throws IOException;
    }
}
