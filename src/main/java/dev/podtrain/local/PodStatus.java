package dev.podtrain.local;

/** The states of a pod that the local cloud shows; a terminated pod is not shown at all. */
enum PodStatus {
    PROVISIONING,
    STARTING,
    RUNNING,
    EXITED;

    boolean isBilled() {
        return this != EXITED;
    }
}
