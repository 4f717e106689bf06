package dev.podtrain.config;

/** Which of the provider's clouds may be used; {@code ALL} tries secure first, then community. */
public enum CloudChoice {
    SECURE,
    COMMUNITY,
    ALL
}
