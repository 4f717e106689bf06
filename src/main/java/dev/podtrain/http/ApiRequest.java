package dev.podtrain.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Method, place and body of one request. Path segments and query values are plain text; the transport encodes them.
 *
 * @param path segments below the base address; none means the base address itself
 * @param body JSON text; null for none
 */
public record ApiRequest(
        Method method,
        List<String> path,
        List<Parameter> query,
        @Nullable String body) {
    public enum Method {
        GET,
        POST,
        PATCH,
        DELETE
    }

    public record Parameter(String name, String value) {}

    public ApiRequest {
        path = List.copyOf(path);
        query = List.copyOf(query);
        for (String segment : path) {
            // A dot segment would climb to another resource, an empty one would name the collection.
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException("not a path segment: '" + segment + "'");
            }
        }
    }

    public static ApiRequest get(String... path) {
        return new ApiRequest(Method.GET, List.of(path), List.of(), null);
    }

    public static ApiRequest post(String body, String... path) {
        return new ApiRequest(Method.POST, List.of(path), List.of(), body);
    }

    public static ApiRequest patch(String body, String... path) {
        return new ApiRequest(Method.PATCH, List.of(path), List.of(), body);
    }

    public static ApiRequest delete(String... path) {
        return new ApiRequest(Method.DELETE, List.of(path), List.of(), null);
    }

    /** The same request with one more query parameter. */
    public ApiRequest with(String name, String value) {
        List<Parameter> longer = new ArrayList<>(query);
        longer.add(new Parameter(name, value));
        return new ApiRequest(method, path, longer, body);
    }

    /** Leaves the body out: it may hold the user's variables. */
    @Override
    public String toString() {
        return method + " /" + String.join("/", path);
    }
}
