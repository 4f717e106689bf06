package dev.podtrain.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything that this machine has on record of what it rented.
 *
 * @param runs trainings
 * @param dataPods pods that only move data, one record for each volume; they are no runs, so whoever lists or looks for
 *     runs does not meet them
 */
public record Records(RunStore runs, RunStore dataPods) {
    /** The records in this program's state directory. */
    public static Records in(Path stateDirectory) {
        return new Records(new RunStore(stateDirectory), new RunStore(stateDirectory.resolve("data")));
    }

    public List<RunStore> all() {
        return List.of(runs, dataPods);
    }

    /** The one that this id belongs to; ids that are not known here count as those of runs. */
    public RunStore of(RunId run) {
        return Files.isDirectory(dataPods.directory(run)) ? dataPods : runs;
    }
}
