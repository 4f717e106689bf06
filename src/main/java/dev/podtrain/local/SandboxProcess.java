package dev.podtrain.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * PID 1 of a sandbox as the host sees it. The start time tells it from a later process with the same number, also after
 * this program was restarted.
 *
 * @param pid process id in the host's own numbering
 * @param startTicks field 22 of {@code /proc/PID/stat}
 */
record SandboxProcess(long pid, long startTicks) {
    /** The process with this id now, or empty if there is none or it has ended and only waits to be collected. */
    static Optional<SandboxProcess> of(long pid) {
        String stat;
        try {
            stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return Optional.empty();
        }
        // The second field is the program's name in parentheses and may hold anything: count from its end.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        if (fields[0].equals("Z") || fields[0].equals("X")) {
            return Optional.empty();
        }
        return Optional.of(new SandboxProcess(pid, Long.parseLong(fields[19])));
    }

    boolean isAlive() {
        return of(pid).filter(this::equals).isPresent();
    }

    /** Ends PID 1 and with it, by the kernel, every process of its namespace. */
    void kill() {
        if (isAlive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
