package dev.podtrain.s3;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a volume says of one object.
 *
 * @param key the path below the volume's root, without a leading slash; a directory's ends in a slash
 * @param size bytes
 * @param etag without quotes; an MD5 of the content only if the object was put in one request; null if not told
 * @param lastModified to the second
 */
public record S3Object(String key, long size, @Nullable String etag, Instant lastModified) {
    public S3Object {
        Objects.requireNonNull(key);
        Objects.requireNonNull(lastModified);
    }

    public boolean isDirectory() {
        return key.endsWith("/");
    }
}
