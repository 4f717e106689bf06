package dev.podtrain.pod;

import java.util.regex.Pattern;

/** The provider's name for one pod, unique for ever: letters, digits, {@code _} and {@code -}. */
public record PodId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    public PodId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("not a pod id: '" + value + "'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
