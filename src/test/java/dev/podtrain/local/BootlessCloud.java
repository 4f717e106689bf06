package dev.podtrain.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A local cloud whose pods never get beyond pulling their image: for what needs no process. */
final class BootlessCloud implements AutoCloseable {
    private final Path stateDir;
    private final ShiftedTime time = new ShiftedTime();
    private final LocalCloud cloud;
    private final ApiClient api;

    BootlessCloud() {
        try {
            stateDir = Files.createTempDirectory("local-cloud");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        cloud = LocalCloud.start(
                LocalCloud.Config.in(stateDir).withBootDelay(Duration.ofDays(1)).withTime(time));
        api = ApiClient.of(cloud.endpoint());
    }

    LocalCloud cloud() {
        return cloud;
    }

    StateDir state() {
        return new StateDir(stateDir);
    }

    LocalEndpoint endpoint() {
        return cloud.endpoint();
    }

    ShiftedTime time() {
        return time;
    }

    ApiClient api() {
        return api;
    }

    /** A body that is complete but for what is given, which replaces or adds members. */
    static String body(String more) {
        return """
                {"name":"test","image":"runpod/pytorch:1.0.2","disk":20,"ports":["22/tcp"],
                 "gpu":{"id":"NVIDIA RTX A5000","count":1}%s}
                """.formatted(more.isEmpty() ? "" : "," + more);
    }

    /** Creates a pod and gives its id. */
    String create() {
        return api.post("/v2/pods", body("")).text("/id");
    }

    ApiClient.Answer act(String pod, String action) {
        return api.post("/v2/pods/" + pod + "/action", "{\"action\":\"" + action + "\"}");
    }

    @Override
    public void close() {
        try {
            cloud.terminateAllPods();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            cloud.close();
            StateDir.delete(stateDir);
        }
    }
}
