package dev.podtrain.pod;

/** Whose machines a pod may run on. A network volume needs {@link #SECURE}. */
public enum CloudType {
    SECURE,
    COMMUNITY
}
