package dev.podtrain.config;

import org.jspecify.annotations.Nullable;

/**
 * Where a setting's value came from.
 *
 * @param kind the source that won
 * @param where {@code file:line} for {@link Kind#FILE}, otherwise null
 */
public record Origin(Kind kind, @Nullable String where) {

    /** The sources, strongest first. */
    public enum Kind {
        FLAG,
        ENVIRONMENT,
        FILE,
        DEFAULT
    }

    /** For people: {@code .runpod.env:3}, or the source in one word. */
    @Override
    public String toString() {
        return switch (kind) {
            case FLAG -> "flag";
            case ENVIRONMENT -> "environment";
            case FILE -> String.valueOf(where);
            case DEFAULT -> "default";
        };
    }
}
