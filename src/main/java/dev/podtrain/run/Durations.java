package dev.podtrain.run;

import java.time.Duration;

/** Spans of time in words. */
final class Durations {
    private Durations() {}

    /** For example {@code 1 h 5 min}, {@code 40 s}. */
    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        if (minutes < 60) {
            return seconds % 60 == 0 ? minutes + " min" : minutes + " min " + seconds % 60 + " s";
        }
        return minutes % 60 == 0 ? minutes / 60 + " h" : minutes / 60 + " h " + minutes % 60 + " min";
    }
}
