package dev.podtrain.pod;

/** How many of a GPU type are free, in the provider's words. It orders candidates and reserves nothing. */
public enum Availability {
    NONE,
    LOW,
    MEDIUM,
    HIGH;

    /** A word newer than this program counts as {@link #LOW}: worth a try, but not first. */
    static Availability of(String word) {
        for (Availability availability : values()) {
            if (availability.name().equals(word)) {
                return availability;
            }
        }
        return LOW;
    }
}
