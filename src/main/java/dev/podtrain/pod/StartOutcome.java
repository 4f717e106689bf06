package dev.podtrain.pod;

/** What became of the request to start a stopped pod. */
public sealed interface StartOutcome {
    /** The pod is starting or running; its port and host keys are new, its GPU count may be 0. */
    record Started(Pod pod) implements StartOutcome {}

    /** The pod stays stopped, usually because its machine has no free GPU. */
    record Refused(String detail) implements StartOutcome {}

    /** The pod no longer exists, or not for this key. */
    record Gone() implements StartOutcome {}
}
