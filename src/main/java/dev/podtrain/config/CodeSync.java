package dev.podtrain.config;

/** How the project's code reaches the pod. */
public enum CodeSync {
    /** The working tree as it is, uncommitted work included. */
    TREE,
    /** Clone or pull on the pod. */
    GIT
}
