package dev.podtrain.endtoend;

import dev.podtrain.Main;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The program, which dies without another word as soon as a ledger holds a given event: as by {@code kill -9}, but within
 * a tenth of a millisecond of the event's being synced. Arguments: output directory, event, then the program's own.
 */
final class CrashingMain {
    /** That of a process that was killed. */
    static final int EXIT_CODE = 137;

    private CrashingMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path runs = Path.of(System.getenv("XDG_STATE_HOME"), "pod-train", "runs");
        String event = "\"event\":\"" + args[1] + "\"";
        Thread watcher = new Thread(() -> dieAt(runs, args[0], event), "crash");
        watcher.setDaemon(true);
        watcher.start();
        // The last event may be followed by the end of the program before the watcher looks again.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> dieIfSeen(runs, args[0], event), "crash-at-the-end"));
        Main.main(Arrays.copyOfRange(args, 2, args.length));
    }

    private static void dieAt(Path runs, String outputDir, String event) {
        while (true) {
            dieIfSeen(runs, outputDir, event);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }

    private static void dieIfSeen(Path runs, String outputDir, String event) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(runs, outputDir + "-*")) {
            for (Path run : found) {
                if (Files.readString(run.resolve("ledger.ndjson")).contains(event)) {
                    Runtime.getRuntime().halt(EXIT_CODE);
                }
            }
        } catch (IOException notThereYet) {
            // It is looked at again.
            Thread.onSpinWait();
        }
    }
}
