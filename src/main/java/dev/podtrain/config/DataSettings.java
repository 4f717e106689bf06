package dev.podtrain.config;

import dev.podtrain.base.Secret;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The data that a training needs, and how the network volume is reached without a pod.
 *
 * @param paths files and folders to upload, relative to the project
 * @param keys of the volumes' S3 API; null if there are none, and for the local cloud, which has its own
 * @param s3Address instead of the data center's own S3 endpoint; null for that
 */
public record DataSettings(
        List<String> paths, @Nullable S3Keys keys, @Nullable URI s3Address) {
    /** Neither data nor keys, for what has to do with pods alone. */
    public static final DataSettings NONE = new DataSettings(List.of(), null, null);

    /** The two halves of an S3 API key. */
    public record S3Keys(Secret accessKey, Secret secretKey) {}

    public DataSettings {
        paths = List.copyOf(paths);
    }

    public Optional<S3Keys> s3Keys() {
        return Optional.ofNullable(keys);
    }

    public Optional<URI> s3Url() {
        return Optional.ofNullable(s3Address);
    }
}
