package dev.podtrain.config;

import java.util.Locale;

/** What happens to the pod when training has ended. */
public enum OnExit {
    /** Keep the pod's disk, stop paying for the GPU. */
    STOP,
    /** Delete the pod. */
    TERMINATE,
    /** Leave it running, and billed, until another limit ends it. */
    KEEP;

    /** The word used in settings, on the pod and in output. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
