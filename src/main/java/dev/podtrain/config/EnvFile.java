package dev.podtrain.config;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The settings file {@code .runpod.env}: dotenv lines, at most 1 MB of UTF-8 text.
 *
 * <p>Read strictly: a line that is neither blank, a comment nor an assignment, and a name assigned twice, are faults. No
 * fault repeats what the file says, because it may be half a secret.
 */
public final class EnvFile {
    static final int MAX_BYTES = 1_000_000;

    private final Path file;
    private final SortedMap<String, Entry> entries = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    /** A value and the line it was read from, counted from 1. */
    record Entry(String value, int line) {}

    private EnvFile(Path file) {
        this.file = file;
    }

    /** A file that does not exist is empty. One that cannot be read at all ends in a usage problem. */
    static EnvFile read(Path file) {
        EnvFile read = new EnvFile(file);
        if (!Files.exists(file) && !Files.isSymbolicLink(file)) {
            return read;
        }
        try {
            String[] lines =
                    TextFile.decode(TextFile.readBytes(file, MAX_BYTES)).split("\n", -1);
            for (int i = 0; i < lines.length; i++) {
                read.add(lines[i], i + 1);
            }
            return read;
        } catch (TextFile.Unusable e) {
            throw new ProblemException(Problem.usage(
                    "could not read the settings file",
                    e.placeIn(Shown.path(file)) + " " + e.reason(),
                    "make it a text file of NAME=value lines as .runpod.env.example shows, or remove it"));
        }
    }

    private void add(String line, int number) {
        try {
            Optional<EnvLine> assignment = EnvLine.parse(line);
            if (assignment.isEmpty()) {
                return;
            }
            String name = assignment.get().name();
            Entry earlier = entries.putIfAbsent(name, new Entry(assignment.get().value(), number));
            if (earlier != null) {
                faults.add(where(number) + " sets " + name + " again, after line " + earlier.line
                        + "; keep one of the two");
            }
        } catch (BadValue e) {
            faults.add(where(number) + " " + e.reason() + "; expected NAME=value");
        }
    }

    SortedMap<String, Entry> entries() {
        return entries;
    }

    List<String> faults() {
        return faults;
    }

    String name() {
        return Shown.path(file);
    }

    /** {@code file:line}, for messages. */
    String where(int line) {
        return name() + ":" + line;
    }

    /** True if other users of the machine can read it; false where the file system keeps no such permissions. */
    boolean isOpenToOthers() {
        if (entries.isEmpty()) {
            return false;
        }
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return permissions.contains(PosixFilePermission.OTHERS_READ)
                    || permissions.contains(PosixFilePermission.GROUP_READ);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /**
     * Sets {@code POD_ID} in the file, which is made with mode 0600 if it does not exist. Every other byte stays, mode
     * and owner too, and a symbolic link goes on leading to the file. Safe to call from several processes.
     *
     * <p>Throws a problem of kind FAILED that names the pod if the file cannot be written; the file is then as before.
     */
    public static void writePodId(Path file, String podId) {
        if (!Forms.ID.matcher(podId).matches()) {
            throw new IllegalArgumentException("not a pod id");
        }
        new EnvFileUpdate(file, "POD_ID", podId).apply();
    }

    /** Empties {@code POD_ID} in the file, which counts as not set; does nothing if the file does not set it. */
    public static void removePodId(Path file) {
        new EnvFileUpdate(file, "POD_ID", "").apply();
    }
}
