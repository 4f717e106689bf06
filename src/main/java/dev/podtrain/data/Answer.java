package dev.podtrain.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code data_agent.py}: numbers, words and lists by name. Read without data binding, whose classes take
 * longer to load than a small transfer takes.
 */
final class Answer {
    /** Stands for null in a list; no path and no hash is empty. */
    static final String NOTHING = "";

    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, String> words = new HashMap<>();
    private final Map<String, List<List<String>>> tables = new HashMap<>();

    private Answer() {}

    static Answer parse(byte[] line) throws IOException {
        Answer answer = new Answer();
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the host's answer is no object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                answer.readMember(json.currentName(), json);
            }
        }
        return answer;
    }

    private void readMember(String name, JsonParser json) throws IOException {
        JsonToken token = json.nextToken();
        if (token == JsonToken.START_ARRAY) {
            tables.put(name, readRows(json));
        } else if (token == JsonToken.VALUE_NUMBER_INT) {
            numbers.put(name, json.getLongValue());
        } else if (token.isBoolean()) {
            numbers.put(name, token == JsonToken.VALUE_TRUE ? 1L : 0L);
        } else if (token == JsonToken.VALUE_STRING) {
            words.put(name, json.getText());
        } else {
            json.skipChildren();
        }
    }

    /** Rows of an array of arrays; a plain value is a row of one. */
    private static List<List<String>> readRows(JsonParser json) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            List<String> row = new ArrayList<>();
            if (token == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    row.add(json.getText());
                }
            } else {
                row.add(token == JsonToken.VALUE_NULL ? NOTHING : json.getText());
            }
            rows.add(row);
        }
        return rows;
    }

    long number(String name) throws IOException {
        Long value = numbers.get(name);
        if (value == null) {
            throw new IOException("the host's answer lacks '" + name + "'");
        }
        return value;
    }

    @Nullable
    String word(String name) {
        return words.get(name);
    }

    List<List<String>> rows(String name) {
        return tables.getOrDefault(name, List.of());
    }
}
