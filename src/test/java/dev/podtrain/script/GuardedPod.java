package dev.podtrain.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A pod with the guard at work in it and a stub of the platform around it. */
final class GuardedPod implements AutoCloseable {
    static final String KEY = "rpa_canary_5up3r";
    static final List<String> STOPPED = List.of("{\"action\":\"stop\"}");

    final PodFixture pod;
    final PlatformStub platform;
    private final Path root;

    GuardedPod(Path root) throws IOException {
        this.root = root;
        pod = PodFixture.in(root);
        platform = new PlatformStub();
        pod.environment("POD_TRAIN_API_URL", platform.url())
                .environment("POD_TRAIN_GRAPHQL_URL", platform.url() + "/graphql")
                .environment("RUNPOD_API_KEY", KEY)
                .environment("POD_TRAIN_GUARD_INTERVAL", "0.1")
                .environment("POD_TRAIN_RETRY_PAUSE", "1")
                .environment("POD_TRAIN_ACCEPT_WAIT", "30")
                .environment("POD_TRAIN_SAVE_GRACE", "20")
                .environment("POD_TRAIN_PRICE_PER_HOUR", "0.49");
        stubDisk("", 3);
    }

    GuardedPod diskUse(int percent) {
        stubDisk("", percent);
        return this;
    }

    /** Has something done by the time the guard has read the state and has not judged anything yet. */
    GuardedPod duringEachLook(String script) {
        stubDisk(script + "; ", 3);
        return this;
    }

    /** The guard asks for the disk once in each look, right after it has read the state, so here its looks are counted. */
    private void stubDisk(String script, int percent) {
        pod.stub(
                "df",
                script + "echo look >> " + looks() + "; echo Filesystem 1024-blocks Used Available Capacity Mounted; "
                        + "echo /dev/x 100 " + percent + " 0 " + percent + "% /w");
    }

    private Path looks() {
        return root.resolve("looks");
    }

    GuardedPod with(String variable, String value) {
        pod.environment("POD_TRAIN_" + variable, value);
        return this;
    }

    /** The state that a training of some intent left, without the training. */
    GuardedPod state(String intent, String phase, String reason) {
        PodFixture.write(
                pod.runDir.resolve("state.json"),
                "{\"run\":\"digits-3f9a1c\",\"attempt\":1,\"intent\":\"" + intent
                        + "\",\"pod_id\":\"pod-a\",\"phase\":\""
                        + phase + "\",\"reason\":" + (reason.isEmpty() ? "null" : "\"" + reason + "\"")
                        + ",\"exit_code\":null,\"resumed_from\":null,\"started_at\":\"2026-11-23T12:00:00Z\","
                        + "\"ended_at\":null,\"tree\":\"5e1f\",\"config\":\"a \\\"phase\\\":\\\"ended\\\" b\"}\n");
        return this;
    }

    GuardedPod boot() {
        return boot("sh");
    }

    /** Starts the guard in some shell, possibly one that is a command of several words. */
    GuardedPod boot(String... shell) {
        try {
            byte[] script = Base64.getDecoder().decode(PodScripts.guardBase64());
            Path guard = Files.write(root.resolve("guard.sh"), script);
            var command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" > \"$0\" 2>&1"));
            command.add(root.resolve("container.log").toString());
            command.addAll(List.of(shell));
            command.add(guard.toString());
            pod.begin(command.toArray(String[]::new));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    GuardedPod awaitCalls(int count) {
        Eventually.holds(
                () -> count + " calls, not " + platform.calls + "\n" + log(), () -> platform.calls.size() >= count);
        return this;
    }

    GuardedPod awaitEvent(String event) {
        Eventually.holds(() -> "event " + event + "\n" + log(), () -> events().contains(event));
        return this;
    }

    /** Until the guard has judged twice what is there now; what it would act upon at once, it has acted upon. */
    GuardedPod awaitLooks() {
        // The look that is under way may have read the state before, and the last one begins when the two are over.
        int wanted = countLooks() + 4;
        Eventually.holds(() -> "the guard to look\n" + log(), () -> countLooks() >= wanted);
        return this;
    }

    private int countLooks() {
        try {
            return Files.exists(looks()) ? Files.readAllLines(looks()).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the events, in order; each whole line of the file is read as JSON. */
    List<String> events() {
        String lines = pod.read("events.ndjson");
        return lines.substring(0, lines.lastIndexOf('\n') + 1)
                .lines()
                .map(PodFixture::json)
                .filter(event -> event.path("by").asText().equals("guard"))
                .map(event -> event.path("event").asText())
                .toList();
    }

    String log() {
        try {
            Path log = root.resolve("container.log");
            return Files.exists(log) ? Files.readString(log, UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        pod.close();
        platform.close();
    }
}
