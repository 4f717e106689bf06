package dev.podtrain.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The processes of one pod as the machine under it sees them. */
final class PodProcesses {
    private static final String OWN_NAMESPACE = namespace("self").orElseThrow();

    private final String mark;

    /** Those that were killed may be listed a moment longer. */
    private final Set<String> cut = new HashSet<>();

    private PodProcesses(String mark) {
        this.mark = mark;
    }

    /** Those of the pod that was created or started for this intent: every one inherits it from process 1. */
    static PodProcesses of(String intent) {
        return new PodProcesses("POD_TRAIN_INTENT=" + intent);
    }

    /** Whether any is left, the sandbox around the pod included. */
    boolean none() {
        return matching(pid -> contains(pid, "environ", mark)).isEmpty();
    }

    /** Ends process 1, and with it the container, as a crash of it would. */
    void killContainer() {
        kill(inside(pid -> line(pid, "status", "NSpid:").endsWith("\t1")));
    }

    /** Ends the SSH sessions there are; the server goes on. Says whether there was one that had not been ended before. */
    boolean cutSsh() {
        List<String> sessions = sshSessions();
        kill(sessions);
        cut.addAll(sessions);
        return !sessions.isEmpty();
    }

    /** Whether there is an SSH session that was not cut. */
    boolean hasSsh() {
        return !sshSessions().isEmpty();
    }

    private List<String> sshSessions() {
        return inside(pid -> !cut.contains(pid)
                && line(pid, "status", "Name:").contains("sshd")
                && !contains(pid, "cmdline", "listener"));
    }

    private List<String> inside(Predicate<String> wanted) {
        Optional<String> container = matching(pid -> contains(pid, "environ", mark)).stream()
                .flatMap(pid -> namespace(pid).stream())
                .filter(found -> !found.equals(OWN_NAMESPACE))
                .findFirst();
        return container
                .map(its -> matching(pid -> namespace(pid).equals(Optional.of(its)) && wanted.test(pid)))
                .orElse(List.of());
    }

    private static void kill(List<String> processes) {
        processes.forEach(pid -> ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly));
    }

    private static List<String> matching(Predicate<String> wanted) {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String pid = process.getFileName().toString();
                if (wanted.test(pid)) {
                    found.add(pid);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static Optional<String> namespace(String pid) {
        try {
            return Optional.of(
                    Files.readSymbolicLink(Path.of("/proc", pid, "ns/pid")).toString());
        } catch (IOException endedOrNotOurs) {
            return Optional.empty();
        }
    }

    private static boolean contains(String pid, String file, String text) {
        return read(pid, file).contains(text);
    }

    private static String line(String pid, String file, String beginning) {
        return read(pid, file)
                .lines()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElse("");
    }

    private static String read(String pid, String file) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc", pid, file)), StandardCharsets.ISO_8859_1);
        } catch (IOException endedOrNotOurs) {
            return "";
        }
    }
}
