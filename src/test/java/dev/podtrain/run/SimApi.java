package dev.podtrain.run;

import dev.podtrain.http.ApiRequest;
import dev.podtrain.http.SimulatedApi;
import dev.podtrain.http.SimulatedApi.Reply;
import dev.podtrain.http.SimulatedApi.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One client's way to the provider, on which every call may fail in every way that is documented. */
final class SimApi implements SimulatedApi.Server {
    private static final String HTML = "<html><body>Please log in to the hotel's network</body></html>";

    /** What happens to one call; before or after the provider has carried it out. */
    enum Fault {
        NONE,
        REFUSED_CONNECTION,
        LOST_BEFORE,
        LOST_AFTER,
        STATUS_500_BEFORE,
        STATUS_502_AFTER,
        STATUS_503_LATER,
        STATUS_429,
        STATUS_403,
        STATUS_401_405_410_413_422,
        HTML_BEFORE,
        HTML_AFTER,
        TRUNCATED,
        REPEATED,
        SLOW,
        HICCUP_404
    }

    private static final Fault[] FAULTS = Fault.values();

    private final SimWorld world;
    private final SimCloud cloud;
    private final SimClient client;

    SimApi(SimWorld world, SimCloud cloud, SimClient client) {
        this.world = world;
        this.cloud = cloud;
        this.client = client;
    }

    @Override
    public Reply send(ApiRequest request, Duration limit) {
        String call = nameOf(request);
        client.enter(call);
        Fault fault = fault(call, request);
        Duration there = fault == Fault.SLOW ? world.seconds(2, 25) : world.millis(20, 200);
        world.pass(shorter(there, limit));
        Reply reply = carriedOut(call, request, fault);
        Duration back = fault == Fault.SLOW ? world.seconds(2, 25) : world.millis(20, 200);
        if (there.plus(back).compareTo(limit) >= 0) {
            reply = Reply.failed(new SocketTimeoutException("timeout"), true);
        }
        world.pass(shorter(back, limit.minus(shorter(there, limit))));
        client.note("%s -> %d %s", request, reply.status(), fault == Fault.NONE ? "" : fault);
        if (client.isInterrupted()) {
            Thread.currentThread().interrupt();
            reply = Reply.failed(new InterruptedIOException("interrupted"), true);
        }
        client.leave(call);
        return reply;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static String nameOf(ApiRequest request) {
        if (request.path().isEmpty()) {
            return "graphql";
        }
        String what = request.path().get(1);
        if (!what.equals("pods")) {
            return what.equals("catalog") ? "catalog" : "volume";
        }
        return switch (request.method()) {
            case GET -> request.path().size() == 2 ? "list" : "get";
            case PATCH -> "patch";
            case DELETE -> "terminate";
            case POST ->
                request.path().size() == 2
                        ? "create"
                        : String.valueOf(request.body()).contains("\"start\"") ? "start" : "stop";
        };
    }

    private Fault fault(String call, ApiRequest request) {
        if (!world.trouble(0.4)) {
            return Fault.NONE;
        }
        Fault fault = FAULTS[1 + world.below(FAULTS.length - 1)];
        if (fault == Fault.HICCUP_404) {
            // What is there is never denied twice in a row: that would be no hiccup.
            Optional<SimPod> pod =
                    request.path().size() > 2 ? cloud.pod(request.path().get(2)) : Optional.empty();
            if (pod.isEmpty() || pod.get().hiccuped) {
                return Fault.NONE;
            }
            pod.get().hiccuped = true;
        }
        if (fault == Fault.REPEATED && call.equals("create")) {
            // Nothing on the way sends that one again: HttpApiTest counts what arrives at a server.
            return Fault.NONE;
        }
        world.count("api: " + fault);
        world.count("api: fault at " + call);
        return fault;
    }

    private Reply carriedOut(String call, ApiRequest request, Fault fault) {
        if (fault != Fault.HICCUP_404 && request.path().size() > 2) {
            cloud.pod(request.path().get(2)).ifPresent(pod -> pod.hiccuped = false);
        }
        return switch (fault) {
            case NONE, SLOW -> cloud.answer(call, request, client);
            case REFUSED_CONNECTION -> Reply.failed(new ConnectException("refused"), false);
            case LOST_BEFORE -> Reply.failed(new IOException("connection reset"), true);
            case STATUS_500_BEFORE -> SimCloud.refusal(500, "internal error");
            case STATUS_503_LATER -> Reply.later(503, HTML, 3);
            case STATUS_429 -> Reply.later(429, "{\"detail\":\"rate limit exceeded\"}", 1 + world.below(40));
            case STATUS_403 -> world.chance(0.5) ? Reply.of(403, HTML) : SimCloud.refusal(403, "access denied");
            case STATUS_401_405_410_413_422 ->
                SimCloud.refusal(world.pick(401, 405, 410, 413, 422), "Request validation failed.");
            case HTML_BEFORE -> Reply.of(200, HTML);
            case HICCUP_404 -> SimCloud.absent();
            case REPEATED -> {
                cloud.answer(call, request, client);
                yield cloud.answer(call, request, client);
            }
            case LOST_AFTER -> {
                cloud.answer(call, request, client);
                yield Reply.failed(new IOException("connection reset"), true);
            }
            case STATUS_502_AFTER -> {
                cloud.answer(call, request, client);
                yield Reply.of(502, HTML);
            }
            case HTML_AFTER -> {
                cloud.answer(call, request, client);
                yield Reply.of(200, HTML);
            }
            case TRUNCATED -> {
                Reply whole = cloud.answer(call, request, client);
                yield Reply.of(
                        whole.status(), whole.body().substring(0, whole.body().length() / 2));
            }
        };
    }

    @Override
    public Stream open(ApiRequest request, @Nullable String lastEventId, Duration quiet, Duration limit)
            throws IOException {
        client.enter("logs");
        world.pass(world.millis(20, 200));
        client.leave("logs");
        Optional<SimPod> pod = cloud.pod(request.path().get(2)).filter(SimPod::isListed);
        if (world.trouble(0.3)) {
            world.count("api: log refused");
            switch (world.below(3)) {
                case 0 -> throw new ConnectException("refused");
                case 1 -> {
                    return new Stream(SimCloud.refusal(500, "internal error"), InputStream.nullInputStream());
                }
                default -> {
                    return new Stream(Reply.later(429, "{}", 3), InputStream.nullInputStream());
                }
            }
        }
        if (pod.isEmpty()) {
            return new Stream(SimCloud.absent(), InputStream.nullInputStream());
        }
        String source = request.query().stream()
                .filter(parameter -> parameter.name().equals("source"))
                .map(ApiRequest.Parameter::value)
                .findFirst()
                .orElse("");
        return new Stream(null, new SimLogStream(world, client, pod.get(), source, lastEventId, quiet, limit));
    }
}
