package dev.podtrain.s3;

import dev.podtrain.s3.S3Volume.Source;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;

/** The parts of one big object: those that are missing are sent, several at a time. */
final class PartUpload implements AutoCloseable {
    /** Sent and then not listed: once is bad luck. */
    private static final int ROUNDS = 3;

    /** For the slowest uplink that makes sense. */
    private static final long LEAST_BYTES_PER_SECOND = 50_000;

    private static final int BUFFER = 1 << 16;

    private final S3Requests requests;
    private final UploadLimits limits;
    private final String key;
    private final long size;
    private final List<Content> parts = new ArrayList<>();
    private final long partSize;
    private final String action;

    /** By number, from 1: what the service called each part that is there. */
    private final Map<Integer, String> etags = new ConcurrentHashMap<>();

    private @Nullable String uploadId;

    PartUpload(S3Requests requests, UploadLimits limits, String key, Source source, long size, LongConsumer bytesSent) {
        this.requests = requests;
        this.limits = limits;
        this.key = key;
        this.size = size;
        this.partSize = limits.partSizeFor(size);
        this.action = "put " + key + " on the volume";
        for (long offset = 0; offset < size; offset += partSize) {
            parts.add(new Content(source, offset, Math.min(partSize, size - offset), bytesSent));
        }
    }

    /** Sends what is missing. Afterwards the service lists every part. */
    void send() throws InterruptedException {
        Optional<String> unfinished = findUnfinished();
        uploadId = unfinished.isPresent() ? unfinished.get() : create();
        if (unfinished.isPresent()) {
            takeOver(listParts());
        }
        for (int round = 1; round <= ROUNDS; round++) {
            sendMissing();
            forgetLost(listParts());
            if (etags.size() == parts.size()) {
                return;
            }
        }
        throw S3Problems.problem(
                action,
                "the S3 service took every part but lists only " + etags.size() + " of " + parts.size(),
                "run it again",
                Upload.PARTS_LEFT);
    }

    /** Asks once for the object to be put together from its parts. */
    void complete(Duration limit) throws S3Failure, InterruptedException {
        List<CompletedPart> list = new ArrayList<>();
        for (int number = 1; number <= parts.size(); number++) {
            list.add(CompletedPart.builder()
                    .partNumber(number)
                    .eTag(etags.get(number))
                    .build());
        }
        requests.attemptPatiently(client -> client.completeMultipartUpload(request -> request.bucket(requests.bucket())
                .key(key)
                .uploadId(uploadId)
                .multipartUpload(upload -> upload.parts(list))
                .overrideConfiguration(S3Connection.limit(limit))));
    }

    /** The newest upload of this key that was begun and neither finished nor given up. */
    private Optional<String> findUnfinished() throws InterruptedException {
        List<MultipartUpload> found = new ArrayList<>();
        ListMultipartUploadsResponse page = null;
        do {
            String afterKey = page == null ? null : page.nextKeyMarker();
            String afterUpload = page == null ? null : page.nextUploadIdMarker();
            page = requests.send(
                    action,
                    S3Problems.NOTHING_LEFT,
                    client -> client.listMultipartUploads(request -> request.bucket(requests.bucket())
                            .prefix(key)
                            .keyMarker(afterKey)
                            .uploadIdMarker(afterUpload)
                            .overrideConfiguration(S3Connection.limit(S3Connection.SHORT_LIMIT))));
            page.uploads().stream().filter(upload -> upload.key().equals(key)).forEach(found::add);
        } while (Boolean.TRUE.equals(page.isTruncated()) && page.nextKeyMarker() != null);
        return found.stream()
                .max(Comparator.comparing(upload -> S3Requests.instant(upload.initiated())))
                .map(MultipartUpload::uploadId);
    }

    private String create() throws InterruptedException {
        return requests.send(action, S3Problems.NOTHING_LEFT, client -> client.createMultipartUpload(
                        request -> request.bucket(requests.bucket()).key(key))
                .uploadId());
    }

    private Map<Integer, Part> listParts() throws InterruptedException {
        Map<Integer, Part> there = new HashMap<>();
        ListPartsResponse page = null;
        do {
            Integer after = page == null ? null : page.nextPartNumberMarker();
            page = requests.send(
                    action,
                    Upload.PARTS_LEFT,
                    client -> client.listParts(request -> request.bucket(requests.bucket())
                            .key(key)
                            .uploadId(uploadId)
                            .partNumberMarker(after)
                            .overrideConfiguration(S3Connection.limit(S3Connection.SHORT_LIMIT))));
            page.parts().forEach(part -> there.put(part.partNumber(), part));
        } while (Boolean.TRUE.equals(page.isTruncated()) && page.nextPartNumberMarker() != null);
        return there;
    }

    /** Parts of the same size and content as ours: the ETag of a part is its MD5. Others will be replaced. */
    private void takeOver(Map<Integer, Part> there) throws InterruptedException {
        for (int number = 1; number <= parts.size(); number++) {
            Part part = there.get(number);
            Content ours = parts.get(number - 1);
            if (part != null && hasSize(part, number) && md5(ours).equals(S3Requests.plain(part.eTag()))) {
                etags.put(number, part.eTag());
                ours.tellAll();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void forgetLost(Map<Integer, Part> there) {
        etags.keySet().removeIf(number -> {
            Part part = there.get(number);
            return part == null || !hasSize(part, number);
        });
    }

    private boolean hasSize(Part part, int number) {
        long ours = Math.min(partSize, size - (number - 1) * partSize);
        return part.size() != null && part.size() == ours;
    }

    private static String md5(Content content) {
        try (InputStream in = content.readUntold()) {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            byte[] buffer = new byte[BUFFER];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                md5.update(buffer, 0, count);
            }
            return HexFormat.of().formatHex(md5.digest());
        } catch (IOException failure) {
            throw new CallerIoException(failure);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void sendMissing() throws InterruptedException {
        Queue<Integer> missing = new ConcurrentLinkedQueue<>();
        for (int number = 1; number <= parts.size(); number++) {
            if (!etags.containsKey(number)) {
                missing.add(number);
            }
        }
        Callable<Void> worker = () -> {
            try {
                for (Integer number = missing.poll(); number != null; number = missing.poll()) {
                    send(number);
                }
                return null;
            } finally {
                // After a failure the others need not begin another part.
                missing.clear();
            }
        };
        List<Callable<Void>> crew = new ArrayList<>();
        for (int i = 0; i < Math.min(limits.parallel(), missing.size()); i++) {
            crew.add(worker);
        }
        for (Future<Void> done : requests.workers().invokeAll(crew)) {
            try {
                done.get();
            } catch (ExecutionException failure) {
                throw rethrow(failure.getCause());
            }
        }
    }

    private static RuntimeException rethrow(@Nullable Throwable failure) {
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    private void send(int number) throws InterruptedException {
        Content content = parts.get(number - 1);
        Duration limit = Duration.ofSeconds(partSize / LEAST_BYTES_PER_SECOND + 60);
        try (content) {
            String etag = requests.send(action, Upload.PARTS_LEFT, client -> client.uploadPart(
                            request -> request.bucket(requests.bucket())
                                    .key(key)
                                    .uploadId(uploadId)
                                    .partNumber(number)
                                    .overrideConfiguration(S3Connection.limit(limit)),
                            content.body())
                    .eTag());
            etags.put(number, etag);
        }
    }

    @Override
    public void close() {
        parts.forEach(Content::close);
    }
}
