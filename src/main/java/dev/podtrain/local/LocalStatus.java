package dev.podtrain.local;

import java.time.Instant;
import java.util.List;

/** What the local cloud has at a moment. */
public record LocalStatus(List<Pod> pods) {
    /**
     * One pod.
     *
     * @param status in the provider's words: {@code RUNNING}, {@code EXITED} …
     */
    public record Pod(String id, String name, String status, Instant createdAt) {}

    public LocalStatus {
        pods = List.copyOf(pods);
    }

    /** How many pods would be billed now. */
    public long running() {
        return pods.stream().filter(pod -> !pod.status().equals("EXITED")).count();
    }
}
