package dev.podtrain.local;

import dev.podtrain.base.Secret;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /control}: what the provider does not have. Bearer is the control key.
 *
 * <pre>
 * GET    /control                            whether it is up, and its pods
 * GET POST DELETE /control/faults            list, add one, clear
 * GET    /control/pods/ID                    what the API does not tell about a pod
 * PUT    /control/pods/ID/gpu-utilization    {"percent":0..100}
 * POST   /control/shutdown                   ends the process; {"pods":true} stops the pods before
 * </pre>
 */
final class ControlRoutes {
    private final Secret key;
    private final Pods pods;
    private final Faults faults;
    private final Shutdown shutdown;

    /** Ends the program soon after, when the answer is out. */
    interface Shutdown {
        void request();
    }

    ControlRoutes(Secret key, Pods pods, Faults faults, Shutdown shutdown) {
        this.key = key;
        this.pods = pods;
        this.faults = faults;
        this.shutdown = shutdown;
    }

    void install(JavalinConfig config) {
        config.routes.before("/control*", this::authenticate);
        config.routes.get("/control", context -> HttpFront.answer(context, 200, status()));
        config.routes.get("/control/faults", context -> HttpFront.answer(context, 200, faults.list()));
        config.routes.post("/control/faults", this::addFault);
        config.routes.delete("/control/faults", context -> {
            faults.clear();
            context.status(204);
        });
        config.routes.get("/control/pods/{id}", this::pod);
        config.routes.put("/control/pods/{id}/gpu-utilization", this::setUtilization);
        config.routes.post("/control/shutdown", this::shutDown);
    }

    private void authenticate(Context context) {
        if (!("Bearer " + key.reveal()).equals(context.header("Authorization"))) {
            throw Refusal.of(401, "the control key is needed");
        }
    }

    private LocalStatus status() {
        return new LocalStatus(pods.list().stream()
                .map(pod -> new LocalStatus.Pod(
                        pod.id(),
                        pod.definition().container().name(),
                        pod.life().status().name(),
                        pod.definition().createdAt()))
                .toList());
    }

    private void addFault(Context context) {
        try {
            inject(Json.convert(Json.tree(context.bodyAsBytes()), Fault.class));
        } catch (IOException | IllegalArgumentException broken) {
            throw Refusal.invalid(List.of("$: not a fault: " + broken.getMessage()));
        }
        HttpFront.answer(context, 201, faults.list());
    }

    void inject(Fault fault) {
        if (fault.kind() == Fault.Kind.POD_KILLED) {
            pods.loseHosts(fault.podId());
        } else {
            faults.add(fault);
        }
    }

    /**
     * @param bootMillis from the request that started the pod until its SSH server answered; null before
     * @param pid PID 1 as the host sees it; null while no container runs
     */
    private record PodDetails(
            String id,
            @Nullable Long bootMillis,
            @Nullable Long pid,
            @Nullable Integer sshPort,
            PodLife life) {}

    private void pod(Context context) {
        PodRecord pod = pods.find(context.pathParam("id")).orElseThrow(Refusal::noSuchPod);
        PodLife.Container container = pod.life().container();
        HttpFront.answer(
                context,
                200,
                new PodDetails(
                        pod.id(),
                        pod.life().bootMillis(),
                        container == null ? null : container.sandbox().first().pid(),
                        container == null ? null : container.sshPort(),
                        pod.life()));
    }

    private void setUtilization(Context context) {
        Body body = Body.parse(context.bodyAsBytes());
        int percent = body.number("percent", 0, 100).orElse(0);
        body.check();
        pods.setGpuUtilization(context.pathParam("id"), percent);
        context.status(204);
    }

    private void shutDown(Context context) throws InterruptedException {
        Body body = Body.parse(context.bodyAsBytes());
        boolean withPods = body.flag("pods").orElse(false);
        body.check();
        if (withPods) {
            pods.stopAll();
        }
        HttpFront.answer(context, 202, Map.of());
        shutdown.request();
    }
}
