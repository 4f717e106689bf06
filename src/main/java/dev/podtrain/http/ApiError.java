package dev.podtrain.http;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says no.
 *
 * @param detail the server's own words, fit for a terminal: one line, no control characters, without our key. Empty if
 *     it said nothing
 * @param problemDocument the server itself refused in the agreed form (RFC 9457); false for a page of somebody in
 *     between
 * @param requestId the server's name for the exchange, for its support; null if it gave none
 */
public record ApiError(
        int status,
        String detail,
        boolean problemDocument,
        @Nullable String requestId) {
    private static final int DETAIL_LIMIT = 600;

    static ApiError of(RawAnswer answer, Redaction redaction) {
        Optional<String> words = problemWords(answer.body());
        String detail = redaction.clean(words.orElse(answer.body()), words.isPresent() ? DETAIL_LIMIT : 200);
        return new ApiError(answer.status(), detail, words.isPresent(), answer.requestId());
    }

    /** {@code detail}, or else {@code title}, and what {@code errors} lists; empty if this is no problem document. */
    private static Optional<String> problemWords(String body) {
        try {
            Json problem = Json.parse(body);
            String detail = problem.find("detail")
                    .or(() -> problem.find("title"))
                    .map(Json::text)
                    .orElse("");
            List<String> errors =
                    problem.find("errors").map(list -> list.items(Json::text)).orElse(List.of());
            String all =
                    errors.isEmpty() ? detail : detail + " " + errors.stream().collect(Collectors.joining("; "));
            return all.isBlank() ? Optional.empty() : Optional.of(all);
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    /** Status, words and request id in one phrase. */
    public String text() {
        return "status " + status
                + (detail.isEmpty() ? "" : ", " + detail)
                + (requestId == null ? "" : " (request " + requestId + ")");
    }
}
