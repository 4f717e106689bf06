package dev.podtrain.endtoend;

import dev.podtrain.run.TunnelOperations.OpenPort;
import dev.podtrain.run.TunnelOperations.TunnelListener;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A tunnel in a terminal of its own. */
final class OpenedTunnel implements AutoCloseable, TunnelListener {
    private final BlockingQueue<OpenPort> opened = new LinkedBlockingQueue<>();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final FutureTask<Void> task;
    private final Thread thread;

    /** What is typed. */
    interface Typing {
        void run(TunnelListener listener) throws InterruptedException;
    }

    OpenedTunnel(Typing typing) {
        task = new FutureTask<>(() -> {
            typing.run(this);
            return null;
        });
        thread = new Thread(task, "tunnel-in-background");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void opened(OpenPort port) {
        opened.add(port);
    }

    @Override
    public boolean readsEventFiles(String run, int files, long bytes) {
        messages.add("asked: " + files + " event files");
        return true;
    }

    @Override
    public void report(String message) {
        messages.add(message);
    }

    @Override
    public void warn(String message) {
        messages.add("warning: " + message);
    }

    List<String> messages() {
        return messages;
    }

    OpenPort awaitOpen() throws InterruptedException {
        for (int tries = 0; tries < 90; tries++) {
            OpenPort port = opened.poll(1, TimeUnit.SECONDS);
            if (port != null) {
                return port;
            }
            if (task.isDone()) {
                awaitEnd();
            }
        }
        throw new AssertionError("it did not open; seen so far: " + messages);
    }

    /** Waits until it ends by itself. */
    void awaitEnd() throws InterruptedException {
        try {
            task.get(90, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("it failed; seen so far: " + messages, e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("it did not end; seen so far: " + messages, e);
        }
    }

    /** Ctrl+C. */
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
