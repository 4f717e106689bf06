package dev.podtrain.endtoend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Watches the arguments of all processes of this machine for words that must not be there, until it is closed. */
final class Processes implements AutoCloseable {
    private final List<String> forbidden;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean closed;
    private final AtomicInteger looks = new AtomicInteger();

    Processes(List<String> forbidden) {
        this.forbidden = List.copyOf(forbidden);
        thread = new Thread(this::watch, "process-watch");
        thread.start();
    }

    /** Arguments that had one of the words in them. */
    Set<String> seen() {
        return seen;
    }

    int looks() {
        return looks.get();
    }

    private void watch() {
        while (!closed) {
            look();
            looks.incrementAndGet();
        }
    }

    private void look() {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String arguments = arguments(process);
                if (forbidden.stream().anyMatch(arguments::contains)) {
                    seen.add(arguments.replace('\0', ' '));
                }
            }
            Thread.sleep(5);
        } catch (IOException e) {
            seen.add("/proc cannot be read: " + e.getMessage());
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private static String arguments(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
