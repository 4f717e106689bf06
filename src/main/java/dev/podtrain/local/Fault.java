package dev.podtrain.local;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that shall go wrong in the local cloud. Made with {@link #next} or {@link #always} and narrowed from there:
 * {@code Fault.next(Kind.CAPACITY).onGpu("NVIDIA L4")}. As JSON, for the control endpoint, the components by name and
 * the kind in lower case with dashes.
 *
 * @param times how many calls it hits; null until it is cleared
 * @param operation hits only this one: {@code list-pods create-pod get-pod update-pod delete-pod start-pod stop-pod
 *     restart-pod terminate-pod read-logs read-catalog network-volumes ssh-keys billing s3-list-buckets s3-head-bucket
 *     s3-list-objects s3-head-object s3-get-object s3-put-object s3-copy-object s3-delete-object s3-create-upload
 *     s3-upload-part s3-complete-upload s3-abort-upload s3-list-uploads s3-list-parts}; null for every operation
 *     where the kind makes sense
 * @param gpu hits only this GPU id, or CPU id
 * @param dataCenter hits only this data center
 * @param podId hits only this pod
 * @param status HTTP status of the answer, where the kind leaves a choice; 0 cuts the connection instead of answering
 * @param millis a time: the boot's length, how late an answer is, or for {@link Kind#RATE_LIMIT} what {@code Retry-After} says
 * @param price USD per GPU and hour
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Fault(
        Kind kind,
        @Nullable Integer times,
        @Nullable String operation,
        @Nullable String gpu,
        @Nullable String dataCenter,
        @Nullable String podId,
        @Nullable Integer status,
        @Nullable Long millis,
        @Nullable BigDecimal price) {

    /** What goes wrong. */
    public enum Kind {
        /** A create finds no free GPU: 400 with the provider's text. */
        CAPACITY,
        /** 402: the balance is too low. */
        PAYMENT,
        /** 403. */
        FORBIDDEN,
        /** 429 with {@code Retry-After}. */
        RATE_LIMIT,
        /** A 5xx, 503 (S3: 502) unless {@code status} says otherwise, before anything happened. */
        SERVER_ERROR,
        /** The call takes effect, then its answer is lost: 502, or {@code status}, or a cut connection with status 0. */
        LOST_ANSWER,
        /** The call takes effect, and its answer comes {@code millis} later. */
        LATE_ANSWER,
        /** A boot takes {@code millis}. */
        SLOW_BOOT,
        /** A boot never ends: billed, no runtime. */
        NEVER_READY,
        /** A boot shows PROVISIONING and STARTING instead of RUNNING from the first moment. */
        PROVISIONING,
        /** A start gives a pod without GPUs. */
        ZERO_GPUS,
        /** A start is refused with 400: no free GPU on the pod's host. */
        START_REFUSED,
        /** A stop is refused with 400, or {@code status}. */
        STOP_REFUSED,
        /** At once: the host of pod {@code podId}, or of all pods, is lost. */
        POD_KILLED,
        /**
         * Until it is cleared the balance is used up: pods without a network volume go for good, the others stop, and a
         * create or a start is answered with 402.
         */
        BALANCE_ZERO,
        /** The log shows other host keys than the SSH server has. */
        HOST_KEY_MISMATCH,
        /** The log shows no host keys, as a custom image's. */
        NO_FINGERPRINTS,
        /** Lists come without {@code pagination}, as before September 2026. */
        OLD_LIST_SHAPE,
        /** Every REST call fails with 503, or {@code status}; the runpodctl stand-in alone still works. */
        REST_DOWN,
        /** GraphQL answers 410; the runpodctl stand-in alone still works. */
        GRAPHQL_GONE,
        /** GraphQL answers 200 with errors; the runpodctl stand-in alone still works. */
        GRAPHQL_ERRORS,
        /** Every call of the runpodctl stand-in fails. */
        RUNPODCTL_BROKEN,
        /** Another price than the catalog's. */
        PRICE,
        /** S3: 403, as if the key pair were not known. */
        S3_KEYS_REFUSED,
        /** S3: what writes is refused with 507. */
        VOLUME_FULL,
        /** S3: an object that is there is answered with 404 when somebody looks at it. */
        OBJECT_MISSING,
        /** S3: a listing takes {@code millis} longer. */
        SLOW_LISTING,
        /** S3: a page of a listing leads back to itself. */
        REPEATED_TOKEN,
        /** S3: an object's content ends half-way. */
        CUT_ANSWER;

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        @JsonCreator
        static Kind parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    public Fault {
        Objects.requireNonNull(kind, "kind");
        if (times != null && times < 1) {
            throw new IllegalArgumentException("times must be at least 1, not " + times);
        }
    }

    /** Hits the next call only. */
    public static Fault next(Kind kind) {
        return new Fault(kind, 1, null, null, null, null, null, null, null);
    }

    /** Hits every call until it is cleared. */
    public static Fault always(Kind kind) {
        return new Fault(kind, null, null, null, null, null, null, null, null);
    }

    public Fault times(int calls) {
        return new Fault(kind, calls, operation, gpu, dataCenter, podId, status, millis, price);
    }

    public Fault on(String onlyOperation) {
        return new Fault(kind, times, onlyOperation, gpu, dataCenter, podId, status, millis, price);
    }

    public Fault onGpu(String onlyGpu) {
        return new Fault(kind, times, operation, onlyGpu, dataCenter, podId, status, millis, price);
    }

    public Fault in(String onlyDataCenter) {
        return new Fault(kind, times, operation, gpu, onlyDataCenter, podId, status, millis, price);
    }

    public Fault onPod(String onlyPod) {
        return new Fault(kind, times, operation, gpu, dataCenter, onlyPod, status, millis, price);
    }

    /** Answers with this HTTP status; 0 cuts the connection. */
    public Fault status(int answered) {
        return new Fault(kind, times, operation, gpu, dataCenter, podId, answered, millis, price);
    }

    public Fault lasting(Duration time) {
        return new Fault(kind, times, operation, gpu, dataCenter, podId, status, time.toMillis(), price);
    }

    public Fault price(BigDecimal perGpuHour) {
        return new Fault(kind, times, operation, gpu, dataCenter, podId, status, millis, perGpuHour);
    }

    int statusOr(int otherwise) {
        return status == null ? otherwise : status;
    }
}
