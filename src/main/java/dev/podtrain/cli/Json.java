package dev.podtrain.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object on one line, written field by field. Names are in snake case, money is a number of USD, spans are
 * numbers of seconds, moments are ISO 8601 in UTC, and what is not known is null. All but ASCII is escaped, so that
 * no locale and no terminal can come between.
 */
final class Json {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final StringWriter text = new StringWriter();
    private final JsonGenerator generator;

    private Json() {
        try {
            generator = FACTORY.createGenerator(text);
            generator.writeStartObject();
        } catch (IOException e) {
            throw cannotHappen(e);
        }
    }

    static Json object() {
        return new Json();
    }

    /** One line of a stream of events. */
    static Json event(String name) {
        return object().field("event", name);
    }

    Json field(String name, @Nullable String value) {
        return write(() -> generator.writeStringField(name, value));
    }

    Json field(String name, boolean value) {
        return write(() -> generator.writeBooleanField(name, value));
    }

    Json field(String name, long value) {
        return write(() -> generator.writeNumberField(name, value));
    }

    Json field(String name, @Nullable Number value) {
        if (value == null) {
            return write(() -> generator.writeNullField(name));
        }
        return field(name, value.longValue());
    }

    Json money(String name, @Nullable BigDecimal usd) {
        if (usd == null) {
            return write(() -> generator.writeNullField(name));
        }
        BigDecimal plain = usd.signum() == 0 ? BigDecimal.ZERO : usd.stripTrailingZeros();
        return write(() -> generator.writeNumberField(name, plain));
    }

    /** In seconds, whole ones without a fraction. */
    Json span(String name, Duration value) {
        return money(name, BigDecimal.valueOf(value.toMillis(), 3));
    }

    Json moment(String name, @Nullable Instant value) {
        return field(name, value == null ? null : value.toString());
    }

    /** An array with an object for each of the items. */
    <T> Json objects(String name, List<T> items, BiConsumer<Json, T> fields) {
        write(() -> generator.writeArrayFieldStart(name));
        for (T item : items) {
            write(generator::writeStartObject);
            fields.accept(this, item);
            write(generator::writeEndObject);
        }
        return write(generator::writeEndArray);
    }

    /** The whole object. Called once, last. */
    String end() {
        write(generator::writeEndObject);
        write(generator::close);
        return text.toString();
    }

    private interface Writing {
        void run() throws IOException;
    }

    private Json write(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw cannotHappen(e);
        }
        return this;
    }

    private static UncheckedIOException cannotHappen(IOException e) {
        return new UncheckedIOException("a string cannot be written to", e);
    }
}
