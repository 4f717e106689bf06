package dev.podtrain.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Small things that collections lack. */
final class Lists {
    private Lists() {}

    /** The value of a key that is known to be there. */
    static <T> T at(Map<String, T> values, String key) {
        return Objects.requireNonNull(values.get(key), key);
    }

    /** The list in parts of that length, the last one shorter. */
    static <T> List<List<T>> cut(List<T> list, int length) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < list.size(); from += length) {
            parts.add(list.subList(from, Math.min(list.size(), from + length)));
        }
        return parts;
    }
}
