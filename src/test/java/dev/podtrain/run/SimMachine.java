package dev.podtrain.run;

import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A laptop: its records of runs, on a real disk, and the project's folder. Both outlive the clients that run on it. */
final class SimMachine {
    private final Path state;
    private final RunId run;
    final String name;
    final Path project;
    final RunStore store;

    /** Whether what it knew was lost at some point. */
    boolean forgot;

    private long settled;

    SimMachine(String name, Path folder, RunId run) throws IOException {
        this.name = name;
        this.state = folder.resolve("state");
        this.project = Files.createDirectories(folder.resolve("project"));
        this.store = new RunStore(state);
        this.run = run;
    }

    Path ledgerFile() {
        return store.directory(run).resolve("ledger.ndjson");
    }

    Optional<RunState> state() {
        return store.ledger(run).state();
    }

    Path copyFile() {
        return store.logCopy(run);
    }

    long copySize() {
        return copyFile().toFile().length();
    }

    private long ledgerSize() {
        return ledgerFile().toFile().length();
    }

    /** What has been written by now was written before the call that a client makes now. */
    void settle() {
        settled = ledgerSize();
    }

    /** Whether something was appended to the ledger since it was settled. */
    boolean isWriting() {
        return ledgerSize() > settled;
    }

    /** The client died while it appended the last line: its end is missing. */
    void tear(double fraction) {
        try (FileChannel ledger = FileChannel.open(ledgerFile(), StandardOpenOption.WRITE)) {
            byte[] bytes = Files.readAllBytes(ledgerFile());
            int begin = bytes.length - 2;
            while (begin >= 0 && bytes[begin] != '\n') {
                begin--;
            }
            int line = bytes.length - (begin + 1);
            ledger.truncate(begin + 1 + Math.min(line - 1, 1 + (int) (fraction * (line - 1))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the ledger on disk tells of this intent. */
    boolean intends(String intent) {
        try {
            return Files.exists(ledgerFile())
                    && Files.readString(ledgerFile(), StandardCharsets.UTF_8)
                            .contains("\"event\":\"intended\",\"intent\":\"" + intent + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything this machine knew is lost. */
    void forget() {
        try {
            CheckpointChooser.delete(state);
            Files.deleteIfExists(project.resolve(".runpod.env"));
            forgot = true;
            settled = 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
