package dev.podtrain.data;

import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Threads that do pieces of work side by side; the first failure stops all. */
final class Crew<T> implements AutoCloseable {
    /** Does one piece. */
    interface Task<T> {
        void run(T piece) throws IOException, InterruptedException;
    }

    private final Work<T> work;
    private final Task<T> task;
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable Exception failure;

    Crew(Work<T> work, Task<T> task) {
        this.work = work;
        this.task = task;
    }

    void start(int count) {
        for (int i = 1; i <= count; i++) {
            Thread thread = new Thread(this::serve, "data-crew-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void serve() {
        try {
            for (Optional<T> piece = work.take(); piece.isPresent(); piece = work.take()) {
                task.run(piece.get());
                work.done();
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            fail(e);
        }
    }

    private synchronized void fail(Exception e) {
        if (failure == null) {
            failure = e;
        }
        work.stop();
    }

    synchronized void throwFailure() throws InterruptedException {
        if (failure instanceof ProblemException e) {
            throw e;
        } else if (failure instanceof InterruptedException e) {
            throw e;
        } else if (failure instanceof IOException e) {
            throw new UncheckedIOException(e);
        } else if (failure instanceof RuntimeException e) {
            throw e;
        }
    }

    @Override
    public void close() {
        work.stop();
        threads.forEach(Thread::interrupt);
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(5).toMillis());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
