package dev.podtrain.local;

import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A request below {@code /s3/DATA_CENTER/}, which stands for the data center's own host name.
 *
 * @param dataCenter as in the path, in lower case
 * @param bucket empty if none is named
 * @param key empty if none is named
 * @param query decoded
 */
record S3Request(Context context, String dataCenter, String bucket, String key, Map<String, String> query) {
    static final String ROOT = "/s3/";

    /** Parameters that change nothing here: the name of the operation, as newer libraries add it. */
    private static final Set<String> NOTES = Set.of("x-id");

    static S3Request of(Context context) {
        // As it was sent: the names of files need not be what web servers take for a decent path.
        String[] path = context.req().getRequestURI().substring(ROOT.length()).split("/", 3);
        Map<String, String> query = new LinkedHashMap<>();
        String sent = context.queryString();
        if (sent != null) {
            for (String part : sent.split("&", -1)) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                query.put(decoded(name), equals < 0 ? "" : decoded(part.substring(equals + 1)));
            }
        }
        query.keySet().removeAll(NOTES);
        return new S3Request(
                context,
                path[0],
                path.length > 1 ? decoded(path[1]) : "",
                path.length > 2 ? decoded(path[2]) : "",
                query);
    }

    /** Percent signs only: a plus is a plus. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            throw S3Refusal.of("InvalidURI", "The address is not encoded properly.");
        }
    }

    boolean has(String name) {
        return query.containsKey(name);
    }

    String text(String name) {
        return query.getOrDefault(name, "");
    }

    int number(String name, int otherwise) {
        String text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.matches("\\d{1,9}")) {
            throw S3Refusal.of("InvalidArgument", name + " must be a number");
        }
        return Integer.parseInt(text);
    }

    /** What it asks for, if it asks in no other way than this operation does. */
    void allow(String... parameters) {
        Set<String> others = new TreeSet<>(query.keySet());
        others.removeAll(Set.of(parameters));
        if (!others.isEmpty()) {
            throw S3Refusal.notImplemented(context.req().getMethod() + " with " + String.join(", ", others));
        }
    }

    String header(String name) {
        String value = context.header(name);
        return value == null ? "" : value;
    }

    S3Signature.Request signed() {
        Map<String, String> headers = new HashMap<>();
        for (String name : Collections.list(context.req().getHeaderNames())) {
            headers.put(
                    name.toLowerCase(Locale.ROOT),
                    String.join(",", Collections.list(context.req().getHeaders(name))));
        }
        String sent = context.queryString();
        return new S3Signature.Request(
                context.req().getMethod(), context.req().getRequestURI(), sent == null ? "" : sent, headers);
    }
}
