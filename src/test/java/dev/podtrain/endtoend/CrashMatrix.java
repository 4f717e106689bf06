package dev.podtrain.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The table of what was killed when, and what became of it; every cell was observed. */
final class CrashMatrix {
    private static final String HEAD = """
            # Crash matrix

            What happens when a process dies, for each moment at which it can. Every line was observed with real processes on
            the local cloud by the test that wrote this file (`CrashMatrixIT`, run by `scripts/test --full`); there the guard
            looks every second and `BOOT_GRACE` is 5 s, or 20 s where the pod has to get ready before. Times are rounded up.
            "Nothing" means that no pod was running.

            """;

    /**
     * One line.
     *
     * @param step when it died
     * @param rented what was rented at that moment
     * @param endedBy who ended that pod
     * @param again what the same command did when it was typed again
     */
    record Row(String step, String rented, String endedBy, Duration after, String again) {
        private String markdown() {
            return "| " + step + " | " + rented + " | " + endedBy + " | " + rounded(after) + " | " + again + " |";
        }

        /** Coarsely, so that two runs of the test write the same. */
        private static String rounded(Duration time) {
            if (time.isZero()) {
                return "–";
            }
            for (int seconds : new int[] {30, 60}) {
                if (time.toMillis() <= seconds * 1000L) {
                    return "≤ " + seconds + " s";
                }
            }
            return "≤ " + (time.toMinutes() + 1) + " min";
        }
    }

    private final Map<Enum<?>, Row> rows = new ConcurrentHashMap<>();

    void add(Enum<?> moment, Row row) {
        rows.put(moment, row);
    }

    boolean has(Enum<?>... moments) {
        for (Enum<?> moment : moments) {
            if (!rows.containsKey(moment)) {
                return false;
            }
        }
        return true;
    }

    void write(Path file, List<? extends Enum<?>> ofTheCommand, List<? extends Enum<?>> ofThePod) {
        StringBuilder text = new StringBuilder(HEAD);
        text.append("""
                ## The command is killed

                after this line of the ledger was synced; nobody does anything until the pod has ended. Where nothing is there
                before `rented`, the request for a pod had no effect.

                """);
        table(text, ofTheCommand);
        text.append("\n## The pod is killed\n\nwith its host, as soon as this was seen on the volume; the command that"
                + " launched it ends with exit code 1 or goes on to its receipt.\n\n");
        table(text, ofThePod);
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void table(StringBuilder text, List<? extends Enum<?>> moments) {
        text.append("| died | rented then | ended by | after | the same command again |\n|---|---|---|---|---|\n");
        for (Enum<?> moment : moments) {
            text.append(rows.get(moment).markdown()).append('\n');
        }
    }
}
