package dev.podtrain.run;

import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.s3.S3Access;
import java.util.Optional;

/** How network volumes are reached without a pod. */
public interface VolumeAccess {
    /** Empty without S3 keys, and where the volume's data center has no S3 access. Nothing is asked of anybody. */
    Optional<S3Access> s3(NetworkVolume volume);
}
