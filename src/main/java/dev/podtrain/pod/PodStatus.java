package dev.podtrain.pod;

/** What the provider says a pod is doing (REST v2 description, schema PodStatus, 2026-08-20). */
public enum PodStatus {
    PROVISIONING,
    STARTING,
    /** Reported straight after create, long before anything answers: see {@link Pod#isReady()}. */
    RUNNING,
    /** Stopped: the GPU is no longer billed, the disks are. */
    EXITED,
    ERROR,
    TERMINATED,
    /** A word newer than this program. Never taken for stopped. */
    UNKNOWN;

    /** True if the pod certainly runs nothing any more, so that its GPU is not billed. */
    public boolean isEnded() {
        return this == EXITED || this == TERMINATED;
    }

    /** True if the pod runs or is on its way there. */
    public boolean isUnderWay() {
        return this == PROVISIONING || this == STARTING || this == RUNNING;
    }

    static PodStatus of(String word) {
        for (PodStatus status : values()) {
            if (status.name().equals(word)) {
                return status;
            }
        }
        return UNKNOWN;
    }
}
