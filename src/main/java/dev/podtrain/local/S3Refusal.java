package dev.podtrain.local;

import java.util.Map;

/** An S3 request is answered with an error document. */
final class S3Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The status where it is not 400; codes are S3's own, but for the full disk, whose code nobody has noted. */
    private static final Map<String, Integer> STATUSES = Map.ofEntries(
            Map.entry("AccessDenied", 403),
            Map.entry("InsufficientStorage", 507),
            Map.entry("InvalidAccessKeyId", 403),
            Map.entry("InvalidRange", 416),
            Map.entry("MissingContentLength", 411),
            Map.entry("NoSuchBucket", 404),
            Map.entry("NoSuchKey", 404),
            Map.entry("NoSuchUpload", 404),
            Map.entry("NotImplemented", 501),
            Map.entry("RequestTimeTooSkewed", 403),
            Map.entry("SignatureDoesNotMatch", 403),
            Map.entry("SlowDown", 503));

    private final int status;
    private final String code;

    private S3Refusal(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static S3Refusal of(String code, String message) {
        return new S3Refusal(STATUSES.getOrDefault(code, 400), code, message);
    }

    /** What a proxy in front of the service answers; 0 cuts the connection. */
    static S3Refusal byProxy(int status) {
        return new S3Refusal(status, "", "");
    }

    static S3Refusal notImplemented(String what) {
        return of("NotImplemented", what + " is not implemented");
    }

    static S3Refusal noSuchKey() {
        return of("NoSuchKey", "The specified key does not exist.");
    }

    static S3Refusal noSpace() {
        return of("InsufficientStorage", "no space left on the network volume");
    }

    int status() {
        return status;
    }

    /** Empty for an answer that is no error document. */
    String code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
