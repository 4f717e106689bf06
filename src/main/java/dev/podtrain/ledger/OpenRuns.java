package dev.podtrain.ledger;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The runs that have something open: a directory with an empty file for each. Every command begins with a look at it, so
 * it must not cost more when there have been many runs. The mark is there before the event that opens an attempt; it is
 * taken away by whoever sees that all attempts are settled, never while the run is being launched.
 */
final class OpenRuns {
    private final Path marks;
    private final RunStore store;

    OpenRuns(Path marks, RunStore store) {
        this.marks = marks;
        this.store = store;
    }

    List<RunState> find() throws IOException {
        List<RunState> states = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(marks)) {
            for (Path mark : entries) {
                String name = mark.getFileName().toString();
                if (!RunId.isValid(name)) {
                    continue;
                }
                RunId run = new RunId(name);
                Ledger ledger = store.ledger(run);
                if (QuickLook.maybeOpen(ledger.file())) {
                    ledger.state().ifPresent(states::add);
                } else {
                    unmark(run, ledger, mark);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return states;
    }

    /** Who launches the run holds its lock from before the mark is made until after its event is written. */
    private void unmark(RunId run, Ledger ledger, Path mark) throws IOException {
        Optional<RunStore.LaunchLock> lock = store.tryLock(run);
        if (lock.isEmpty()) {
            return;
        }
        try {
            if (!QuickLook.maybeOpen(ledger.file())) {
                Files.deleteIfExists(mark);
            }
        } finally {
            lock.get().close();
        }
    }
}
