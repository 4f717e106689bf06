package dev.podtrain.endtoend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Watches the arguments of all processes of this machine for words that must not be there, until it is closed; and for
 * others that have to be, or it was not looking when it should.
 */
final class Processes implements AutoCloseable {
    private final List<String> forbidden;
    private final List<String> expected;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean closed;

    Processes(List<String> forbidden, List<String> expected) {
        this.forbidden = List.copyOf(forbidden);
        this.expected = List.copyOf(expected);
        thread = new Thread(this::watch, "process-watch");
        thread.start();
    }

    /** Arguments that had one of the words in them. */
    Set<String> seen() {
        return seen;
    }

    /** Which of the expected words were in the arguments of a process. */
    Set<String> watched() {
        return watched;
    }

    private void watch() {
        while (!closed) {
            look();
        }
    }

    private void look() {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String arguments = arguments(process);
                if (forbidden.stream().anyMatch(arguments::contains)) {
                    seen.add(arguments.replace('\0', ' '));
                }
                expected.stream().filter(arguments::contains).forEach(watched::add);
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
