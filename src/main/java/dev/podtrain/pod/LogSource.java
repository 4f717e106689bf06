package dev.podtrain.pod;

import java.util.Locale;

/** Which of a pod's two logs. */
public enum LogSource {
    /** Output of the container's command, of all its runs so far. */
    CONTAINER,
    /** The platform's own account: pulling the image, creating and starting the container. */
    SYSTEM;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
