package dev.podtrain.local;

import dev.podtrain.base.Time;
import dev.podtrain.local.Fault.Kind;
import dev.podtrain.local.Faults.Call;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /v2/pods} but for the logs. */
final class PodRoutes {
    private final Time time;
    private final Pods pods;
    private final Faults faults;

    PodRoutes(Time time, Pods pods, Faults faults) {
        this.time = time;
        this.pods = pods;
        this.faults = faults;
    }

    void install(JavalinConfig config) {
        config.routes.get("/v2/pods", this::list);
        config.routes.post("/v2/pods", this::create);
        config.routes.get("/v2/pods/{id}", this::get);
        config.routes.patch("/v2/pods/{id}", this::edit);
        config.routes.delete("/v2/pods/{id}", this::delete);
        config.routes.post("/v2/pods/{id}/action", this::act);
    }

    private record Page(List<PodAnswer> pods, Pagination pagination) {}

    private record Pagination(@Nullable String nextCursor, boolean hasNextPage) {}

    private record OldPage(List<PodAnswer> pods) {}

    private void list(Context context) {
        HttpFront.requireAccount(context);
        Call call = Call.of("list-pods");
        faults.refuse(call);
        List<PodAnswer> all = pods.list().stream().map(this::show).toList();
        if (faults.take(Kind.OLD_LIST_SHAPE, call).isPresent()) {
            HttpFront.answer(context, 200, new OldPage(all));
            return;
        }
        int limit = limit(context.queryParam("limit"));
        int from = after(context.queryParam("cursor"), all);
        int to = Math.min(all.size(), from + limit);
        boolean more = to < all.size();
        String cursor = more ? cursor(all.get(to - 1).id()) : null;
        HttpFront.answer(context, 200, new Page(all.subList(from, to), new Pagination(cursor, more)));
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return 1000;
        }
        if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 1000) {
            throw Refusal.invalid(List.of("limit: number must be between 1 and 1000"));
        }
        return Integer.parseInt(text);
    }

    private static String cursor(String lastId) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(lastId.getBytes(StandardCharsets.UTF_8));
    }

    /** Where the page begins. */
    private static int after(@Nullable String cursor, List<PodAnswer> all) {
        if (cursor == null) {
            return 0;
        }
        for (int i = 0; i < all.size(); i++) {
            if (cursor(all.get(i).id()).equals(cursor)) {
                return i + 1;
            }
        }
        throw Refusal.invalid(List.of("cursor: not a cursor of this list"));
    }

    private void create(Context context) throws InterruptedException {
        HttpFront.requireAccount(context);
        CreateRequest request = CreateRequest.parse(Body.parse(context.bodyAsBytes()));
        String onlyCenter =
                request.dataCenterIds().size() == 1 ? request.dataCenterIds().get(0) : null;
        Call call = new Call("create-pod", request.gpuId(), onlyCenter, null);
        faults.refuse(call);
        PodRecord pod = pods.create(request);
        answer(context, call, 201, Optional.of(pod));
    }

    private void get(Context context) {
        String id = context.pathParam("id");
        HttpFront.requireAccessTo(context, id);
        PodRecord pod = pods.find(id).orElseThrow(Refusal::noSuchPod);
        faults.refuse(Call.onPod("get-pod", pod));
        HttpFront.answer(context, 200, show(pod));
    }

    private void edit(Context context) throws InterruptedException {
        HttpFront.requireAccount(context);
        Body body = Body.parse(context.bodyAsBytes());
        PodRequest change = PodRequest.read(body, false);
        body.check();
        Call call = callOn("update-pod", context.pathParam("id"));
        faults.refuse(call);
        PodRecord pod = pods.edit(context.pathParam("id"), change);
        answer(context, call, 200, Optional.of(pod));
    }

    private void delete(Context context) throws InterruptedException {
        String id = context.pathParam("id");
        HttpFront.requireAccessTo(context, id);
        Call call = callOn("delete-pod", id);
        faults.refuse(call);
        pods.terminate(id);
        answer(context, call, 204, Optional.empty());
    }

    private void act(Context context) throws InterruptedException {
        String id = context.pathParam("id");
        HttpFront.requireAccessTo(context, id);
        Body body = Body.parse(context.bodyAsBytes());
        if (!body.has("action")) {
            body.fail("action", "property is missing");
        }
        String action = body.oneOf("action", List.of("start", "stop", "restart", "terminate"))
                .orElse("");
        body.check();
        Call call = callOn(action + "-pod", id);
        faults.refuse(call);
        switch (action) {
            case "start" -> answer(context, call, 200, Optional.of(pods.start(id)));
            case "stop" -> answer(context, call, 200, Optional.of(pods.stop(id)));
            case "restart" -> answer(context, call, 200, Optional.of(pods.restart(id)));
            default -> {
                pods.terminate(id);
                answer(context, call, 204, Optional.empty());
            }
        }
    }

    private Call callOn(String operation, String id) {
        return Call.onPod(operation, pods.find(id).orElseThrow(Refusal::noSuchPod));
    }

    /** The answer to something that took effect, unless it is to be late or lost. */
    private void answer(Context context, Call call, int status, Optional<PodRecord> pod) throws InterruptedException {
        Optional<Fault> late = faults.take(Kind.LATE_ANSWER, call);
        if (late.isPresent()) {
            time.sleep(Duration.ofMillis(
                    late.get().millis() == null ? 1000 : late.get().millis()));
        }
        faults.take(Kind.LOST_ANSWER, call).ifPresent(fault -> {
            throw Refusal.of(fault.statusOr(502), "bad gateway");
        });
        if (pod.isPresent()) {
            HttpFront.answer(context, status, show(pod.get()));
        } else {
            context.status(status);
        }
    }

    private PodAnswer show(PodRecord pod) {
        return PodAnswer.of(pod, time.now());
    }
}
