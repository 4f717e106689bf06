package dev.podtrain.endtoend;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process whose output is collected while it runs. Closing kills it. */
final class Command implements AutoCloseable {
    /**
     * Far more than the minute for which a launch looks for the pod of one that was killed while it asked for it: only what
     * hangs waits that long.
     */
    private static final long LIMIT_SECONDS = 240;

    private final Process process;
    private final Collector out;
    private final Collector err;

    private Command(Process process) {
        this.process = process;
        this.out = new Collector(process.getInputStream());
        this.err = new Collector(process.getErrorStream());
    }

    /**
     * Starts it, with nothing on its standard input.
     *
     * @param environment all of it
     */
    static Command start(Path directory, Map<String, String> environment, List<String> words) {
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return new Command(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until its standard error contains the text. */
    Command awaitErr(String text) throws InterruptedException {
        await(err, text);
        return this;
    }

    /** Waits until its standard output contains the text. */
    Command awaitOut(String text) throws InterruptedException {
        await(out, text);
        return this;
    }

    private void await(Collector stream, String text) throws InterruptedException {
        LaunchFixture.await("'" + text + "'", () -> stream.text().contains(text) || !process.isAlive(), this::output);
        if (!process.isAlive()) {
            // Its last words may still be in the pipe.
            stream.join();
        }
        if (!stream.text().contains(text)) {
            throw new AssertionError("it ended without '" + text + "'; " + output());
        }
    }

    /** {@code kill -9}, and waits for the end. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Waits for its end, and the end of its output. */
    Command join() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it did not end; " + output());
        }
        out.join();
        err.join();
        return this;
    }

    int exitCode() {
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String out() {
        return out.text();
    }

    String err() {
        return err.text();
    }

    /** Both streams, for messages. */
    String output() {
        return "stderr:\n" + err() + "\nstdout:\n" + out();
    }

    /** Kills it and waits for its end, until which it may write into the folders that are deleted next. */
    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Collector {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread thread;

        Collector(InputStream stream) {
            thread = new Thread(() -> read(stream), "collector");
            thread.setDaemon(true);
            thread.start();
        }

        private void read(InputStream stream) {
            byte[] buffer = new byte[8192];
            try (stream) {
                int length = stream.read(buffer);
                while (length >= 0) {
                    synchronized (bytes) {
                        bytes.write(buffer, 0, length);
                    }
                    length = stream.read(buffer);
                }
            } catch (IOException killed) {
                return;
            }
        }

        String text() {
            synchronized (bytes) {
                return bytes.toString(StandardCharsets.UTF_8);
            }
        }

        void join() throws InterruptedException {
            thread.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        }
    }
}
