package dev.podtrain.cli;

import dev.podtrain.base.Progress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A local cloud that is up or not. */
final class FakeLocalCloud implements LocalCloudOperations {
    final List<String> calls = new ArrayList<>();
    private boolean running;

    @Override
    public LocalStatus up(Progress progress) {
        calls.add("up");
        progress.warn("it is slow today");
        running = true;
        return status();
    }

    @Override
    public LocalStatus down(Progress progress) {
        calls.add("down");
        running = false;
        return status();
    }

    @Override
    public LocalStatus status() {
        return new LocalStatus(
                running,
                running ? URI.create("http://127.0.0.1:4242") : null,
                running ? URI.create("http://127.0.0.1:4242/s3/") : null,
                running ? 4711L : null,
                running ? 1 : 0,
                Path.of("/state/local"));
    }

    @Override
    public void reset(Progress progress) {
        calls.add("reset");
        running = false;
    }
}
