package dev.podtrain.local;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks the signature of a request, Signature Version 4 in the {@code Authorization} header.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html">its description</a>
 */
final class S3Signature {
    private static final Pattern AUTHORIZATION =
            Pattern.compile("AWS4-HMAC-SHA256 Credential=([^/,]+)/(\\d{8})/([^/,]+)/s3/aws4_request,"
                    + "\\s*SignedHeaders=([a-z0-9;-]+),\\s*Signature=([0-9a-f]{64})");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Provider's page, 2026-08. */
    private static final Duration MOST_SKEW = Duration.ofHours(1);

    private S3Signature() {}

    /**
     * A request as it arrived.
     *
     * @param path as it was sent, encoded
     * @param query as it was sent, without the question mark; empty if there is none
     * @param headers by lower-case name
     */
    record Request(String method, String path, String query, Map<String, String> headers) {
        private String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** @throws S3Refusal if it is not signed with these keys, for this region, at about this time */
    static void check(Request request, String accessKey, String secretKey, String region, Instant now) {
        if (request.query().contains("X-Amz-Signature=")) {
            throw S3Refusal.notImplemented("a presigned URL");
        }
        Matcher said = AUTHORIZATION.matcher(request.header("authorization"));
        if (!said.matches()) {
            throw S3Refusal.of("AccessDenied", "the request is not signed with AWS4-HMAC-SHA256");
        }
        if (!said.group(1).equals(accessKey)) {
            throw S3Refusal.of("InvalidAccessKeyId", "The access key is not known.");
        }
        if (!said.group(3).equalsIgnoreCase(region)) {
            throw S3Refusal.of(
                    "AuthorizationHeaderMalformed",
                    "the region '" + said.group(3) + "' is wrong; expecting '" + region + "'");
        }
        checkTime(request.header("x-amz-date"), now);
        String hash = request.header("x-amz-content-sha256");
        if (hash.startsWith("STREAMING-")) {
            throw S3Refusal.notImplemented("a body in signed chunks");
        }
        List<String> signed = Arrays.asList(said.group(4).split(";", -1));
        if (!signed.contains("host")) {
            throw S3Refusal.of("SignatureDoesNotMatch", "host must be signed");
        }
        String scope = said.group(2) + "/" + said.group(3) + "/s3/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + request.header("x-amz-date") + "\n" + scope + "\n"
                + sha256(canonical(request, signed, hash));
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(said.group(2), said.group(3), "s3", "aws4_request")) {
            key = hmac(key, part);
        }
        byte[] expected = HexFormat.of().formatHex(hmac(key, toSign)).getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(expected, said.group(5).getBytes(StandardCharsets.US_ASCII))) {
            throw S3Refusal.of("SignatureDoesNotMatch", "The signature does not match: check the secret key.");
        }
    }

    private static void checkTime(String date, Instant now) {
        Instant signedAt;
        try {
            signedAt = DATE.parse(date, Instant::from);
        } catch (DateTimeParseException broken) {
            throw S3Refusal.of("AccessDenied", "x-amz-date is missing or malformed");
        }
        if (Duration.between(signedAt, now).abs().compareTo(MOST_SKEW) > 0) {
            throw S3Refusal.of("RequestTimeTooSkewed", "the client's clock is wrong by more than an hour");
        }
    }

    private static String canonical(Request request, List<String> signed, String hash) {
        Map<String, String> headers = new TreeMap<>();
        for (String name : signed) {
            headers.put(name, request.header(name).strip().replaceAll(" +", " "));
        }
        String query = request.query().isEmpty()
                ? ""
                : Arrays.stream(request.query().split("&", -1))
                        .map(part -> part.contains("=") ? part : part + "=")
                        .sorted()
                        .collect(Collectors.joining("&"));
        String lines = headers.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining());
        return String.join(
                "\n", request.method(), request.path(), query, lines, String.join(";", headers.keySet()), hash);
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
