package dev.podtrain.local;

import java.nio.file.Path;

/** The files of one pod. */
record PodDirectory(Path root) {
    /** The pod's {@link PodRecord}, private: it holds the pod's own key. */
    Path record() {
        return root.resolve("pod.json");
    }

    /** Everything PID 1 wrote, raw. */
    Path output() {
        return root.resolve("output");
    }

    /** The log as the API tells it, see {@link PodLog}. */
    Path log() {
        return root.resolve("log.ndjson");
    }

    /** The container disk: the sandbox's root folder. */
    Path containerDisk() {
        return root.resolve("container");
    }

    /** The host-bound persistent volume. */
    Path persistentVolume() {
        return root.resolve("volume");
    }

    /** Where bubblewrap tells the process id of PID 1 as the host sees it. */
    Path sandboxInfo() {
        return root.resolve("sandbox.json");
    }
}
