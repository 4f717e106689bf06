package dev.podtrain.s3;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** One request that failed: the service's refusal, or what broke on the way. */
final class S3Failure extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int USUAL_TRIES = 12;

    /** The service answers some requests of a long series so although the keys are right (provider's page, 2026-08). */
    private static final int TRIES_WHEN_DENIED = 3;

    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504, 524);
    private static final Set<String> PASSING_CODES = Set.of("RequestTimeout", "SlowDown");
    private static final Set<String> KEYS_ARE_WRONG = Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch");
    private static final Set<String> DISK_IS_FULL =
            Set.of("InsufficientStorage", "NoSpaceLeft", "QuotaExceeded", "StorageFull");

    private final int status;
    private final String code;
    private final boolean timedOut;
    private final @Nullable Duration retryAfter;

    private S3Failure(
            int status, String code, String message, boolean timedOut, @Nullable Duration retryAfter, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.code = code;
        this.timedOut = timedOut;
        this.retryAfter = retryAfter;
    }

    static S3Failure of(SdkException failure) {
        if (failure instanceof AwsServiceException refusal) {
            AwsErrorDetails details = refusal.awsErrorDetails();
            String code = details == null || details.errorCode() == null ? "" : details.errorCode();
            String message = details == null || details.errorMessage() == null ? "" : details.errorMessage();
            return new S3Failure(refusal.statusCode(), code, message, false, retryAfter(details), failure);
        }
        if (failure instanceof ApiCallAttemptTimeoutException) {
            return new S3Failure(0, "", "it did not answer in time", true, null, failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException broken) {
                return of(broken);
            }
        }
        return new S3Failure(0, "", String.valueOf(failure.getMessage()), false, null, failure);
    }

    static S3Failure of(IOException broken) {
        boolean silent = broken instanceof SocketTimeoutException;
        String message = silent ? "it did not answer in time" : "the connection failed: " + broken.getMessage();
        return new S3Failure(0, "", message, silent, null, broken);
    }

    private static @Nullable Duration retryAfter(@Nullable AwsErrorDetails details) {
        if (details == null || details.sdkHttpResponse() == null) {
            return null;
        }
        return details.sdkHttpResponse()
                .firstMatchingHeader("Retry-After")
                .filter(text -> text.matches("\\d{1,4}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(null);
    }

    /** How often a request that fails so is sent before it is given up. */
    int tries() {
        if (isPassing()) {
            return USUAL_TRIES;
        }
        return isForbidden() && !keysAreWrong() && !clockIsWrong() ? TRIES_WHEN_DENIED : 1;
    }

    /** May be gone at the next try: overload, a proxy in between, a broken connection. */
    boolean isPassing() {
        if (diskIsFull()) {
            return false;
        }
        if (status == 0) {
            return timedOut || getCause() instanceof IOException;
        }
        return PASSING.contains(status) || PASSING_CODES.contains(code);
    }

    /** Whether the service may have done, or may still be doing, what it was asked. */
    boolean timedOut() {
        return timedOut;
    }

    boolean isMissing() {
        return status == 404 && !bucketIsMissing();
    }

    /** Says nothing about other objects, such as that a name is not allowed. */
    boolean isAboutOneObject() {
        return status == 400
                && !isPassing()
                && !keysAreWrong()
                && !clockIsWrong()
                && !bucketIsMissing()
                && !isTooLarge();
    }

    boolean uploadIsMissing() {
        return code.equals("NoSuchUpload");
    }

    boolean bucketIsMissing() {
        return code.equals("NoSuchBucket");
    }

    boolean isForbidden() {
        return status == 401 || status == 403;
    }

    boolean keysAreWrong() {
        return KEYS_ARE_WRONG.contains(code);
    }

    boolean clockIsWrong() {
        return code.equals("RequestTimeTooSkewed");
    }

    boolean diskIsFull() {
        return status == 507 || DISK_IS_FULL.contains(code);
    }

    boolean isTooLarge() {
        return status == 413 || code.equals("EntityTooLarge");
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }

    /** In a sentence: {@code it answered 502 …} or what happened instead of an answer. */
    String text() {
        String said = String.valueOf(getMessage());
        if (status == 0) {
            return said;
        }
        String name = code.isEmpty() || code.equals(Integer.toString(status)) ? "" : " " + code;
        return "it answered " + status + name + (said.isEmpty() ? "" : ": " + said);
    }
}
