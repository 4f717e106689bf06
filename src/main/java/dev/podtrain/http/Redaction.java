package dev.podtrain.http;

import dev.podtrain.base.Secret;

/** Makes words of the other side fit to be shown: one line, no terminal control, and never the key. */
record Redaction(Secret key) {
    String clean(String text, int limit) {
        String line = key.reveal().isEmpty() ? text : text.replace(key.reveal(), "***");
        line = line.substring(0, Math.min(line.length(), 4 * limit))
                .replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ")
                .strip();
        return line.length() > limit ? line.substring(0, limit) + "…" : line;
    }
}
