package dev.podtrain.local;

import dev.podtrain.local.S3Files.Arrived;
import dev.podtrain.local.S3Files.Found;
import dev.podtrain.local.S3Uploads.Part;
import dev.podtrain.local.S3Uploads.Upload;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The S3 operations of an upload in parts. */
final class S3UploadCalls {
    private static final int LONGEST_PAGE = 1000;

    private final Ids ids;
    private final Map<S3Files, S3Uploads> uploads = new ConcurrentHashMap<>();

    S3UploadCalls(Ids ids) {
        this.ids = ids;
    }

    private S3Uploads of(S3Files files) {
        return uploads.computeIfAbsent(files, S3Uploads::new);
    }

    void create(S3Request request, S3Files files) throws IOException {
        request.allow("uploads");
        String id = of(files).create(request.key(), ids.key("").toLowerCase(Locale.ROOT));
        S3ObjectCalls.answer(
                request,
                S3Xml.of("InitiateMultipartUploadResult")
                        .with("Bucket", request.bucket())
                        .with("Key", request.key())
                        .with("UploadId", id));
    }

    void put(S3Request request, S3Files files) throws IOException {
        request.allow("uploadId", "partNumber");
        Arrived content = S3ObjectCalls.receive(request, files, files.hidden());
        of(files).addPart(request.text("uploadId"), request.key(), request.number("partNumber", 0), content);
        request.context().status(200).header("ETag", "\"" + content.md5() + "\"");
    }

    /** All at once: there are never many. */
    void list(S3Request request, S3Files files) throws IOException {
        request.allow("uploads", "prefix", "max-uploads", "key-marker", "upload-id-marker", "encoding-type");
        boolean encode = request.text("encoding-type").equals("url");
        S3Xml xml = S3Xml.of("ListMultipartUploadsResult")
                .with("Bucket", request.bucket())
                .with("IsTruncated", false);
        if (encode) {
            xml.with("EncodingType", "url");
        }
        for (Upload upload : of(files).list()) {
            if (upload.key().startsWith(request.text("prefix"))) {
                xml.begin("Upload")
                        .with("Key", encode ? S3Xml.encoded(upload.key()) : upload.key())
                        .with("UploadId", upload.id())
                        .with("Initiated", upload.initiated())
                        .end();
            }
        }
        S3ObjectCalls.answer(request, xml);
    }

    void parts(S3Request request, S3Files files) throws IOException {
        request.allow("uploadId", "max-parts", "part-number-marker", "encoding-type");
        int after = request.number("part-number-marker", 0);
        int most = Math.min(request.number("max-parts", LONGEST_PAGE), LONGEST_PAGE);
        List<Part> left = List.copyOf(of(files)
                .parts(request.text("uploadId"), request.key())
                .tailMap(after + 1)
                .values());
        List<Part> page = left.subList(0, Math.min(most, left.size()));
        S3Xml xml = S3Xml.of("ListPartsResult")
                .with("Bucket", request.bucket())
                .with("Key", request.key())
                .with("UploadId", request.text("uploadId"))
                .with("IsTruncated", page.size() < left.size());
        if (!page.isEmpty()) {
            xml.with("NextPartNumberMarker", page.get(page.size() - 1).number());
        }
        for (Part part : page) {
            xml.begin("Part")
                    .with("PartNumber", part.number())
                    .with("LastModified", part.modified())
                    .with("ETag", "\"" + part.md5() + "\"")
                    .with("Size", part.size())
                    .end();
        }
        S3ObjectCalls.answer(request, xml);
    }

    void complete(S3Request request, S3Files files) throws IOException {
        request.allow("uploadId");
        Found object = of(files)
                .complete(
                        request.text("uploadId"),
                        request.key(),
                        S3Xml.parts(request.context().req().getInputStream()));
        S3ObjectCalls.answer(
                request,
                S3Xml.of("CompleteMultipartUploadResult")
                        .with("Bucket", request.bucket())
                        .with("Key", request.key())
                        .with("ETag", "\"" + object.etag() + "\""));
    }

    void abort(S3Request request, S3Files files) {
        request.allow("uploadId");
        of(files).abort(request.text("uploadId"), request.key());
        request.context().status(204);
    }
}
