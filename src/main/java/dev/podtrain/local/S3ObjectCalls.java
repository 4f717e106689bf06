package dev.podtrain.local;

import dev.podtrain.local.Account.Volume;
import dev.podtrain.local.Fault.Kind;
import dev.podtrain.local.Faults.Call;
import dev.podtrain.local.S3Files.Arrived;
import dev.podtrain.local.S3Files.Found;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The S3 operations on whole objects, and the listings of them. */
final class S3ObjectCalls {
    private static final int LONGEST_PAGE = 1000;
    private static final long LARGEST_PUT = 500_000_000;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC).withLocale(Locale.ROOT);

    private final Faults faults;

    S3ObjectCalls(Faults faults) {
        this.faults = faults;
    }

    void listBuckets(S3Request request, List<Volume> volumes) {
        request.allow();
        S3Xml xml = S3Xml.of("ListAllMyBucketsResult").begin("Buckets");
        volumes.forEach(volume -> xml.begin("Bucket").with("Name", volume.id()).end());
        answer(request, xml.end());
    }

    /** Both versions: the second has {@code list-type=2}. */
    void list(S3Request request, S3Files files) throws IOException {
        boolean second = request.text("list-type").equals("2");
        if (second) {
            request.allow(
                    "list-type",
                    "prefix",
                    "delimiter",
                    "max-keys",
                    "continuation-token",
                    "start-after",
                    "encoding-type",
                    "fetch-owner");
        } else {
            request.allow("prefix", "delimiter", "max-keys", "marker", "encoding-type");
        }
        String delimiter = request.text("delimiter");
        if (!delimiter.isEmpty() && !delimiter.equals("/")) {
            throw S3Refusal.notImplemented("the delimiter '" + delimiter + "'");
        }
        int most = Math.min(request.number("max-keys", LONGEST_PAGE), LONGEST_PAGE);
        String token = request.text("continuation-token");
        String after = token.isEmpty() ? request.text(second ? "start-after" : "marker") : keyOf(token);
        S3Listing page = S3Listing.of(files, request.text("prefix"), !delimiter.isEmpty(), after, most);
        String nextToken =
                faults.take(Kind.REPEATED_TOKEN, Call.of("s3-list-objects")).isPresent() && !token.isEmpty()
                        ? token
                        : tokenOf(page.last());
        boolean encode = request.text("encoding-type").equals("url");

        S3Xml xml = S3Xml.of("ListBucketResult")
                .with("Name", request.bucket())
                .with("Prefix", shown(request.text("prefix"), encode))
                .with("MaxKeys", most)
                .with("IsTruncated", page.isTruncated());
        if (encode) {
            xml.with("EncodingType", "url");
        }
        if (second) {
            xml.with("KeyCount", page.objects().size() + page.folders().size());
        }
        if (page.isTruncated()) {
            xml.with(second ? "NextContinuationToken" : "NextMarker", second ? nextToken : shown(page.last(), encode));
        }
        for (Found object : page.objects()) {
            xml.begin("Contents")
                    .with("Key", shown(object.key(), encode))
                    .with("LastModified", object.modified())
                    .with("ETag", "\"" + object.etag() + "\"")
                    .with("Size", object.size())
                    .with("StorageClass", "STANDARD")
                    .end();
        }
        for (String folder : page.folders()) {
            xml.begin("CommonPrefixes").with("Prefix", shown(folder, encode)).end();
        }
        answer(request, xml);
    }

    private static String shown(String key, boolean encode) {
        return encode ? S3Xml.encoded(key) : key;
    }

    private static String tokenOf(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String keyOf(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException foreign) {
            throw S3Refusal.of("InvalidArgument", "The continuation token is not known.");
        }
    }

    void head(S3Request request, S3Files files) {
        request.allow();
        if (faults.take(Kind.OBJECT_MISSING, Call.of("s3-head-object")).isPresent()) {
            throw S3Refusal.noSuchKey();
        }
        Found object = files.need(request.key());
        describe(request, object);
        request.context().status(200).res().setContentLengthLong(object.size());
    }

    void get(S3Request request, S3Files files) throws IOException {
        request.allow();
        Found object = files.need(request.key());
        long from = 0;
        long to = object.size();
        Matcher range = RANGE.matcher(request.header("Range"));
        boolean partly = range.matches();
        if (partly) {
            from = Long.parseLong(range.group(1));
            to = range.group(2).isEmpty() ? to : Math.min(to, Long.parseLong(range.group(2)) + 1);
            if (from >= to) {
                throw S3Refusal.of("InvalidRange", "The range is not in the object.");
            }
            request.context().header("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + object.size());
        }
        describe(request, object);
        request.context().status(partly ? 206 : 200).res().setContentLengthLong(to - from);
        boolean cut = faults.take(Kind.CUT_ANSWER, Call.of("s3-get-object")).isPresent();
        try (InputStream in =
                object.key().endsWith("/") ? InputStream.nullInputStream() : Files.newInputStream(object.path())) {
            in.skipNBytes(from);
            copy(in, cut ? (to - from) / 2 : to - from, request.context().res().getOutputStream());
        }
        if (cut) {
            request.context().res().flushBuffer();
            throw S3Refusal.byProxy(0);
        }
    }

    private static void copy(InputStream in, long count, OutputStream out) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long left = count;
        while (left > 0) {
            int got = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (got < 0) {
                return;
            }
            out.write(buffer, 0, got);
            left -= got;
        }
    }

    void put(S3Request request, S3Files files) throws IOException {
        request.allow();
        if (request.key().endsWith("/")) {
            files.createDirectory(request.key());
            request.context().status(200).header("ETag", "\"d41d8cd98f00b204e9800998ecf8427e\"");
            return;
        }
        Arrived content = receive(request, files, files.hidden());
        Found object = files.publish(request.key(), content.temporary(), content.md5());
        request.context().status(200).header("ETag", "\"" + object.etag() + "\"");
    }

    /** The body of a request, as long as it says and, if that is signed, with the hash it says. */
    static Arrived receive(S3Request request, S3Files files, Path folder) throws IOException {
        long length = request.context().req().getContentLengthLong();
        if (length < 0) {
            throw S3Refusal.of("MissingContentLength", "A body of unknown length is not taken.");
        }
        if (length > LARGEST_PUT) {
            throw S3Refusal.of("EntityTooLarge", "More than 500 MB in one request.");
        }
        if (!request.header("x-amz-trailer").isEmpty()
                || request.header("Content-Encoding").contains("aws-chunked")) {
            throw S3Refusal.notImplemented("a checksum trailer");
        }
        Arrived content = files.receive(request.context().req().getInputStream(), folder);
        String hash = request.header("x-amz-content-sha256");
        if (Files.size(content.temporary()) != length
                || !(hash.equals("UNSIGNED-PAYLOAD") || hash.equals(content.sha256()))) {
            Files.deleteIfExists(content.temporary());
            throw S3Refusal.of("XAmzContentSHA256Mismatch", "The body is not the one that was signed.");
        }
        return content;
    }

    void copy(S3Request request, S3Files files) throws IOException {
        request.allow();
        String source = request.header("x-amz-copy-source");
        String decoded = URLDecoder.decode(source.replace("+", "%2B"), StandardCharsets.UTF_8);
        String path = decoded.startsWith("/") ? decoded.substring(1) : decoded;
        if (!path.startsWith(request.bucket() + "/")) {
            throw S3Refusal.of("InvalidArgument", "Only objects of the same volume can be copied.");
        }
        Found original = files.need(path.substring(request.bucket().length() + 1));
        try (InputStream in = Files.newInputStream(original.path())) {
            Arrived content = files.receive(in, files.hidden());
            Found object = files.publish(request.key(), content.temporary(), content.md5());
            answer(
                    request,
                    S3Xml.of("CopyObjectResult")
                            .with("LastModified", object.modified())
                            .with("ETag", "\"" + object.etag() + "\""));
        }
    }

    void delete(S3Request request, S3Files files) throws IOException {
        request.allow();
        files.delete(request.key());
        request.context().status(204);
    }

    private static void describe(S3Request request, Found object) {
        request.context()
                .header("ETag", "\"" + object.etag() + "\"")
                .header("Last-Modified", HTTP_DATE.format(object.modified()))
                .header("Accept-Ranges", "bytes")
                .contentType("application/octet-stream");
    }

    static void answer(S3Request request, S3Xml xml) {
        request.context().status(200).contentType("application/xml").result(xml.bytes());
    }
}
