package dev.podtrain.http;

import org.jspecify.annotations.Nullable;

/** What came back, as text. The header values are null where the server sent none,
 * {@code rateLimit} is empty. */
record RawAnswer(
        int status,
        String body,
        @Nullable String contentType,
        @Nullable String requestId,
        @Nullable String retryAfter,
        String rateLimit,
        @Nullable String pollAfterMillis,
        @Nullable String date) {

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
