package dev.podtrain.local;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Is told of every call of REST v2 after it was answered, but not of those whose connection was cut. */
public interface RestWitness {
    void saw(Call call);

    /**
     * One request and its answer.
     *
     * @param target path and query as they came
     * @param agent who says it asked; empty if nobody
     * @param answer empty for a log, whose events are already gone
     */
    record Call(
            String method,
            String target,
            String agent,
            String body,
            int status,
            @Nullable String contentType,
            String answer) {}

    /** Puts it behind every route of REST. */
    default void install(JavalinConfig config) {
        config.routes.after("/v2/*", context -> {
            if (!HttpFront.isCut(context)) {
                saw(call(context));
            }
        });
    }

    private static Call call(Context context) {
        String query = context.queryString();
        return new Call(
                context.method().name(),
                context.req().getRequestURI() + (query == null ? "" : "?" + query),
                Objects.requireNonNullElse(context.header("User-Agent"), ""),
                context.body(),
                context.statusCode(),
                context.res().getContentType(),
                Objects.requireNonNullElse(context.result(), ""));
    }
}
