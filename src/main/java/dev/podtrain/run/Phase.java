package dev.podtrain.run;

/** The steps of a launch, in their order. */
public enum Phase {
    PLAN,
    POD,
    READY,
    CODE,
    START,
    FOLLOW,
    RECOVER,
    END
}
