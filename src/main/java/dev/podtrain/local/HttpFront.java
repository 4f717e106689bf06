package dev.podtrain.local;

import dev.podtrain.base.Time;
import dev.podtrain.local.Fault.Kind;
import dev.podtrain.local.Faults.Call;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/** What happens to every request before and after its route: the edge, the key, the headers, the form of problems. */
final class HttpFront {
    private static final String CALLER = "caller";
    private static final String CUT = "cut";
    private static final int LARGEST_BODY = 102_400;

    /** So much of a body that is too long is still read. */
    private static final int MOST_DROPPED = 16 * 1024 * 1024;

    /** The edge turns away programs that do not say who they are (lumpenspace/raft pull 14). */
    private static final List<String> NAMELESS_AGENTS =
            List.of("python-urllib/", "java/", "java-http-client/", "okhttp/", "apache-httpclient/");

    static final String RUNPODCTL_AGENT = "runpodctl/";

    private final AccountFile account;
    private final Pods pods;
    private final Faults faults;
    private final Ids ids;
    private final Duration pollHint;
    private final RateWindow minute;

    HttpFront(Time time, AccountFile account, Pods pods, Faults faults, Ids ids, Duration pollHint) {
        this.account = account;
        this.pods = pods;
        this.faults = faults;
        this.ids = ids;
        this.pollHint = pollHint;
        this.minute = new RateWindow(time);
    }

    /** Who asks: the account, or a pod with the key it found in its environment. */
    record Caller(Optional<PodRecord> pod) {}

    void install(JavalinConfig config) {
        config.routes.before(context -> context.header("x-request-id", ids.requestId()));
        config.routes.before("/v2/*", this::beforeRest);
        config.routes.before("/graphql", this::checkEdge);
        config.routes.exception(Refusal.class, HttpFront::answer);
        config.routes.error(404, context -> answerUnlessAnswered(context, Refusal.of(404, "resource not found")));
        config.routes.error(405, context -> answerUnlessAnswered(context, Refusal.of(405, "method not allowed")));
        config.routes.error(413, context -> {
            drop(context.req());
            answerUnlessAnswered(context, bodyTooLong());
        });
    }

    /** A client that is still sending its body when the connection closes may never see the answer. */
    private static void drop(HttpServletRequest request) {
        try (InputStream body = request.getInputStream()) {
            byte[] block = new byte[8192];
            for (int dropped = 0; dropped < MOST_DROPPED; ) {
                int length = body.read(block);
                if (length < 0) {
                    return;
                }
                dropped += length;
            }
        } catch (IOException e) {
            // It has gone, and wants no answer.
            return;
        }
    }

    private void beforeRest(Context context) {
        checkEdge(context);
        // Only the body itself tells the length of one that comes in chunks.
        if (context.req().getContentLengthLong() > LARGEST_BODY || context.bodyAsBytes().length > LARGEST_BODY) {
            throw bodyTooLong();
        }
        boolean fromRunpodctl = isRunpodctl(context);
        Call call = Call.of("rest");
        if (!fromRunpodctl) {
            faults.take(Kind.REST_DOWN, call).ifPresent(fault -> {
                throw Refusal.of(fault.statusOr(503), "upstream unavailable");
            });
        }
        Caller caller = authenticate(context);
        context.attribute(CALLER, caller);
        minute.count();
        context.header("RateLimit", minute.remaining());
        context.header("RateLimit-Policy", minute.policy());
        if (context.path().startsWith("/v2/pods")) {
            context.header("X-Poll-After-Ms", Long.toString(pollHint.toMillis()));
        }
    }

    private static Refusal bodyTooLong() {
        return Refusal.of(413, "request body exceeds 102400 bytes");
    }

    /** What happens before any API is reached. */
    private void checkEdge(Context context) {
        String agent = context.header("User-Agent");
        String lower = agent == null ? "" : agent.toLowerCase(Locale.ROOT);
        if (NAMELESS_AGENTS.stream().anyMatch(lower::startsWith)) {
            throw Refusal.of(403, "error code: 1010");
        }
        if (isRunpodctl(context)) {
            faults.take(Kind.RUNPODCTL_BROKEN, Call.of("runpodctl")).ifPresent(fault -> {
                throw Refusal.of(fault.statusOr(410), "this version of the API has been retired");
            });
        }
    }

    static boolean isRunpodctl(Context context) {
        String agent = context.header("User-Agent");
        return agent != null && agent.startsWith(RUNPODCTL_AGENT);
    }

    /** @throws Refusal 401 */
    Caller authenticate(Context context) {
        String header = context.header("Authorization");
        if (header == null || !header.startsWith("Bearer ")) {
            throw Refusal.of(401, "missing bearer token");
        }
        String key = header.substring("Bearer ".length()).strip();
        if (key.equals(account.get().apiKey())) {
            return new Caller(Optional.empty());
        }
        return pods.list().stream()
                .filter(pod -> pod.definition().scopedKey().equals(key))
                .findFirst()
                .map(pod -> new Caller(Optional.of(pod)))
                .orElseThrow(() -> Refusal.of(401, "invalid api key"));
    }

    /** @throws Refusal 403 if a pod asks for more than its own */
    static void requireAccount(Context context) {
        Caller caller = caller(context);
        if (caller.pod().isPresent()) {
            throw Refusal.of(403, "access denied");
        }
    }

    /** @throws Refusal 403 if another pod asks */
    static void requireAccessTo(Context context, String podId) {
        Optional<PodRecord> asking = caller(context).pod();
        if (asking.isPresent() && !asking.get().id().equals(podId)) {
            throw Refusal.of(403, "access denied");
        }
    }

    private static Caller caller(Context context) {
        Caller caller = context.attribute(CALLER);
        if (caller == null) {
            throw new IllegalStateException("the route " + context.path() + " is not behind authentication");
        }
        return caller;
    }

    static void answer(Context context, int status, Object body) {
        context.status(status).contentType("application/json").result(Json.bytes(body));
    }

    static void answer(Refusal refusal, Context context) {
        if (refusal.status() == 0) {
            cutConnection(context);
            return;
        }
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("title", refusal.title());
        problem.put("status", refusal.status());
        problem.put("detail", refusal.detail());
        if (!refusal.errors().isEmpty()) {
            problem.put("errors", refusal.errors());
        }
        if (refusal.retryAfterSeconds() > 0) {
            context.header("Retry-After", Integer.toString(refusal.retryAfterSeconds()));
            context.header("RateLimit", RateWindow.exhausted(refusal.retryAfterSeconds()));
        }
        context.status(refusal.status()).contentType("application/problem+json").result(Json.bytes(problem));
    }

    static boolean isCut(Context context) {
        return context.attribute(CUT) != null;
    }

    private static void answerUnlessAnswered(Context context, Refusal refusal) {
        @Nullable String type = context.res().getContentType();
        if (type == null || !type.startsWith("application/")) {
            answer(refusal, context);
        }
    }

    /** Drops the connection as a broken network does: the client sees neither status nor body. */
    static void cutConnection(Context context) {
        context.attribute(CUT, true);
        ServletContextRequest.getServletContextRequest(context.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
    }
}
