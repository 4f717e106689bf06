package dev.podtrain.pod;

/** The storage a pod finds at a path, beside its container disk. */
public sealed interface VolumeMount {
    /** Absolute path inside the pod. */
    String path();

    /** A network volume: outlives the pod, exists in one data center only. */
    static VolumeMount network(String volumeId, String path) {
        return new Network(volumeId, path);
    }

    /** A disk on the pod's machine: survives a stop, is destroyed with the pod. At least 10 GB. */
    static VolumeMount persistent(int sizeGb, String path) {
        return new Persistent(sizeGb, path);
    }

    record Network(String volumeId, String path) implements VolumeMount {}

    record Persistent(int sizeGb, String path) implements VolumeMount {
        public Persistent {
            if (sizeGb < 10) {
                throw new IllegalArgumentException("a persistent volume has at least 10 GB, not " + sizeGb);
            }
        }
    }
}
