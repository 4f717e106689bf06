package dev.podtrain.ledger;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One run's ledger: an append-only file with one JSON object a line. An event that was appended is on the disk when
 * {@link #append} returns. A torn last line, left by a crash, is skipped when reading and closed by the next append.
 */
public final class Ledger {
    private final Path directory;
    private final Path file;
    private final Path openMark;

    /** @param openMark a file that is there while something may be billed for the run; see {@link OpenRuns} */
    Ledger(Path directory, Path openMark) {
        this.directory = directory;
        this.file = directory.resolve("ledger.ndjson");
        this.openMark = openMark;
    }

    Path file() {
        return file;
    }

    /**
     * Adds an event and syncs it to the disk.
     *
     * @throws ProblemException if it cannot be written; what the event would have recorded must then not be done
     */
    public void append(LedgerEvent event) {
        try {
            PrivateFiles.createDirectories(directory);
            if (event instanceof LedgerEvent.Intended || event instanceof LedgerEvent.Rented) {
                PrivateFiles.createDirectories(openMark.resolveSibling(""));
                PrivateFiles.createFile(openMark);
            }
            boolean isNew = PrivateFiles.createFile(file);
            String line = (endsTorn() ? "\n" : "") + LedgerCodec.encode(event) + "\n";
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
                ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            if (isNew) {
                PrivateFiles.syncDirectory(directory);
            }
        } catch (IOException e) {
            throw new ProblemException(
                    new Problem(
                            Problem.Kind.FAILED,
                            "could not write the run's ledger",
                            file + ": " + e.getMessage(),
                            "make room or mend the permissions there, then run the same command again",
                            "run 'pod-train status' to see whether a pod of this run is there"),
                    e);
        }
    }

    private boolean endsTorn() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size == 0) {
                return false;
            }
            ByteBuffer last = ByteBuffer.allocate(1);
            channel.read(last, size - 1);
            return last.get(0) != '\n';
        }
    }

    /** All whole events, oldest first; none if there is no ledger. */
    public List<LedgerEvent> read() {
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new ProblemException(
                    new Problem(
                            Problem.Kind.FAILED,
                            "could not read the run's ledger",
                            file + ": " + e.getMessage(),
                            "mend the permissions there",
                            "nothing was changed"),
                    e);
        }
        List<LedgerEvent> events = new ArrayList<>();
        text.lines().map(LedgerCodec::decode).forEach(event -> event.ifPresent(events::add));
        return events;
    }

    /** The fold of {@link #read()}; empty if the run was never defined. */
    public Optional<RunState> state() {
        return RunState.of(read());
    }
}
