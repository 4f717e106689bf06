package dev.podtrain.s3;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Lists what a volume has, page by page. */
final class Listing {
    private static final String ACTION = "list the volume";

    private final S3Requests requests;

    Listing(S3Requests requests) {
        this.requests = requests;
    }

    void list(String prefix, Consumer<dev.podtrain.s3.S3Object> each) throws InterruptedException {
        Set<String> tokens = new HashSet<>();
        String token = null;
        do {
            ListObjectsV2Response page = page(prefix, token);
            for (S3Object object : page.contents()) {
                each.accept(new dev.podtrain.s3.S3Object(
                        object.key(),
                        object.size() == null ? 0 : object.size(),
                        S3Requests.plain(object.eTag()),
                        S3Requests.instant(object.lastModified())));
            }
            token = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
            // Seen with volumes of very many files (provider's page, 2026-08): the listing would never end.
            if (token != null && !tokens.add(token)) {
                throw S3Problems.problem(
                        ACTION,
                        "the S3 service gave the same continuation token twice",
                        "wait some minutes, as a first listing of many files is slow, then run it again",
                        S3Problems.NOTHING_LEFT);
            }
        } while (token != null);
    }

    private ListObjectsV2Response page(String prefix, @Nullable String token) throws InterruptedException {
        return requests.send(
                ACTION,
                S3Problems.NOTHING_LEFT,
                client -> client.listObjectsV2(request -> request.bucket(requests.bucket())
                        .prefix(prefix)
                        .continuationToken(token)
                        .overrideConfiguration(S3Connection.limit(S3Connection.SHORT_LIMIT))));
    }
}
