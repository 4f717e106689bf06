package dev.podtrain.endtoend;

import dev.podtrain.run.LaunchRequest;
import dev.podtrain.run.Operations;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.Phase;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A launch in a terminal of its own. */
final class Background implements AutoCloseable {
    private final Watcher watcher = new Watcher();
    private final FutureTask<Outcome> task;
    private final Thread thread;

    Background(Operations operations, LaunchRequest request) {
        task = new FutureTask<>(() -> operations.launch(request, watcher));
        thread = new Thread(task, "background-launch");
        thread.start();
    }

    Watcher watcher() {
        return watcher;
    }

    /** Waits until it follows the log: from then on it sees the end of the training. */
    void awaitFollowing() throws InterruptedException {
        LaunchFixture.await("the following", () -> watcher.phases().contains(Phase.FOLLOW), () -> watcher.messages()
                .toString());
    }

    /** Ctrl+C. */
    void interrupt() {
        thread.interrupt();
    }

    Outcome outcome() throws InterruptedException {
        try {
            return task.get(180, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the launch failed", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the launch did not end; seen so far: " + watcher.messages(), e);
        }
    }

    /** Interrupts it and waits for its end: until then it writes into the folders that are deleted after a test. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(60));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
