package dev.podtrain.ledger;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All runs that this machine knows of: a directory per run below {@code <state>/runs}, readable by its owner only. */
public final class RunStore {
    private final Path runs;
    private final Path openMarks;

    public RunStore(Path stateDirectory) {
        this.runs = stateDirectory.resolve("runs");
        this.openMarks = stateDirectory.resolve("open");
    }

    /** The directory that holds those of the runs; it may not exist yet. */
    public Path root() {
        return runs;
    }

    public Ledger ledger(RunId run) {
        return new Ledger(directory(run), openMarks.resolve(run.value()));
    }

    /** Where the run's private key is, or will be. */
    public Path privateKey(RunId run) {
        return directory(run).resolve("id_ed25519");
    }

    /** The part of the run's log that has arrived here; its size is the offset of the next byte wanted. */
    public Path logCopy(RunId run) {
        return directory(run).resolve("train.log");
    }

    /** Hashes of the project's files by size and time, so that unchanged files are not read again. */
    public Path codeHashes(RunId run) {
        return directory(run).resolve("code-hashes.json");
    }

    public Path directory(RunId run) {
        return runs.resolve(run.value());
    }

    /** Makes the run's directory if it is not there yet. */
    public void prepare(RunId run) {
        try {
            PrivateFiles.createDirectories(directory(run));
        } catch (IOException e) {
            throw cannotUse(directory(run), e);
        }
    }

    /** Every run with a readable definition, the most recently changed first. */
    public List<RunState> all() {
        List<RunState> states = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(runs)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (RunId.isValid(name)) {
                    ledger(new RunId(name)).state().ifPresent(states::add);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw cannotUse(runs, e);
        }
        // Not Comparator.comparing: what that makes is in no archive of prepared classes, and `status` would feel it.
        states.sort((one, other) -> other.lastChange().compareTo(one.lastChange()));
        return states;
    }

    /** The runs for which something may still be billed, as far as is known here: as cheap as listing a directory. */
    public List<RunState> maybeOpen() {
        try {
            return new OpenRuns(openMarks, this).find();
        } catch (IOException e) {
            throw cannotUse(openMarks, e);
        }
    }

    /**
     * The right to launch this run, held by one process at a time; empty while another has it. It ends with the process
     * that holds it, however that ends.
     */
    public Optional<LaunchLock> tryLock(RunId run) {
        prepare(run);
        Path file = directory(run).resolve("launch.lock");
        try {
            PrivateFiles.createFile(file);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock();
                if (lock == null) {
                    channel.close();
                    return Optional.empty();
                }
                return Optional.of(new LaunchLock(channel));
            } catch (OverlappingFileLockException e) {
                channel.close();
                return Optional.empty();
            }
        } catch (IOException e) {
            throw cannotUse(file, e);
        }
    }

    /** Whether a process of this machine is launching this run now: it looks for a pod or waits for one. */
    public boolean isBeingLaunched(RunId run) {
        Path file = directory(run).resolve("launch.lock");
        if (!Files.exists(file)) {
            return false;
        }
        Optional<LaunchLock> lock = tryLock(run);
        lock.ifPresent(LaunchLock::close);
        return lock.isEmpty();
    }

    /** Held while a pod may be rented for a run; closing gives it back. */
    public static final class LaunchLock implements AutoCloseable {
        private final FileChannel channel;

        private LaunchLock(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // The lock ends with the process in any case.
                throw cannotUse(Path.of("launch.lock"), e);
            }
        }
    }

    private static ProblemException cannotUse(Path path, IOException e) {
        return new ProblemException(
                new Problem(
                        Problem.Kind.FAILED,
                        "could not use the directory where runs are recorded",
                        path + ": " + e.getMessage(),
                        "mend its permissions, or set XDG_STATE_HOME to a directory you can write to",
                        "nothing was rented"),
                e);
    }
}
