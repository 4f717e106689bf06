package dev.podtrain.http;

import dev.podtrain.http.ApiRequest.Method;
import java.util.Optional;

/** One call of an API: what is sent, how its answer is read, and which refusals are results for its caller. */
public interface Endpoint<T> {
    ApiRequest request();

    /** What the call does, to follow "could not": {@code read pod 5xq1}. */
    String action();

    /** True if sending the request twice does no more than sending it once. Only then is it ever sent again. */
    default boolean repeatable() {
        return request().method() == Method.GET || request().method() == Method.DELETE;
    }

    /** The result of an answer with status 2xx. Throws {@link JsonException} if the body is not what it should be. */
    T read(Json body);

    /** The result of a refusal that this call's caller chooses between; empty to let it stop the operation. */
    default Optional<T> refused(ApiError error) {
        return Optional.empty();
    }

    /**
     * The result when the request may have been carried out but no usable answer arrived. Asked only for calls that are
     * not repeatable; empty to let it stop the operation.
     */
    default Optional<T> lost(String reason) {
        return Optional.empty();
    }

    /** What is left behind when the call fails for good. */
    default String left() {
        return "nothing was changed";
    }
}
