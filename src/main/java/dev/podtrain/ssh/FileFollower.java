package dev.podtrain.ssh;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Delivers a growing file from the host, byte for byte, over as many connections as it takes. A byte shows up here some
 * 20 ms after it was written, at most, plus the way.
 */
public final class FileFollower {
    private static final int FILE_MISSING = 3;
    private static final int FILE_SHORTER = 4;
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    /** Where "without a limit" has to be a number. */
    private static final Duration UNLIMITED = Duration.ofDays(365);

    private final SessionSource source;
    private final Time time;

    public FileFollower(SessionSource source, Time time) {
        this.source = source;
        this.time = time;
    }

    /**
     * Follows until the writer is gone and every byte was delivered, or the source gives up. A file that is not there
     * yet is waited for. An interrupt ends it at once; what the sink has taken by then is all that was delivered.
     *
     * @param pidFile on the host, there before this is called: {@code <pid>} or {@code <pid> <start time>} of the
     *     writer, the latter as in field 22 of {@code /proc/<pid>/stat}. No file, no such process, or one that started
     *     at another time mean that the writer is gone.
     * @param offset of the first byte to deliver
     */
    public FollowEnd follow(String path, String pidFile, long offset, Sink sink) throws InterruptedException {
        return new Following(path, pidFile, offset, sink).run();
    }

    private final class Following {
        private final String path;
        private final String pidFile;
        private final Sink sink;
        private final byte[] buffer = new byte[64 * 1024];
        private long offset;
        private boolean missing;

        Following(String path, String pidFile, long offset, Sink sink) {
            this.path = path;
            this.pidFile = pidFile;
            this.offset = offset;
            this.sink = sink;
        }

        FollowEnd run() throws InterruptedException {
            Optional<SshException> failure = Optional.empty();
            while (true) {
                Optional<SshSession> session = source.next(failure);
                if (session.isEmpty()) {
                    return missing ? new FollowEnd.FileMissing() : new FollowEnd.GaveUp(offset);
                }
                try {
                    Optional<FollowEnd> end = copyOver(session.get());
                    if (end.isPresent()) {
                        return end.get();
                    }
                    failure = Optional.empty();
                } catch (SshException e) {
                    failure = Optional.of(e);
                }
            }
        }

        private Optional<FollowEnd> copyOver(SshSession session) throws InterruptedException, SshException {
            byte[] script = Resources.text("follow_file.py").getBytes(StandardCharsets.UTF_8);
            List<String> arguments = List.of(path, pidFile, Long.toString(offset));
            Deadline never = Deadline.in(time, UNLIMITED);
            try (RemoteProcess process = RemotePython.start(session, "follow_file.py", script, arguments, never)) {
                try {
                    deliverAll(process.stdout());
                    return end(process);
                } catch (IOException e) {
                    throw process.failure(e);
                }
            }
        }

        private void deliverAll(InputStream bytes) throws IOException, InterruptedException {
            int length = bytes.read(buffer);
            while (length >= 0) {
                missing = false;
                sink.accept(offset, buffer, length);
                offset += length;
                // A fast writer never lets the read block, which is where an interrupt would be seen.
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                length = bytes.read(buffer);
            }
        }

        /** Whatever else the host's shell printed, the last line is the script's. */
        private long size(String message) throws SshException {
            String digits =
                    message.strip().lines().reduce("", (before, last) -> last).strip();
            if (!digits.matches("[0-9]{1,18}")) {
                throw new SshException(SshException.Kind.LOST, "the length of " + path + " was not told");
            }
            return Long.parseLong(digits);
        }

        /** Empty if it goes on: the file is not there yet. */
        private Optional<FollowEnd> end(RemoteProcess process) throws InterruptedException, IOException {
            OptionalInt status = process.waitFor(Deadline.in(time, END_LIMIT));
            String message = new String(process.stderr().readAllBytes(), StandardCharsets.UTF_8);
            return switch (status.orElse(-1)) {
                case 0 -> Optional.of(new FollowEnd.Complete(offset));
                case FILE_MISSING -> {
                    missing = true;
                    yield Optional.empty();
                }
                case FILE_SHORTER -> Optional.of(new FollowEnd.Shorter(offset, size(message)));
                case RemotePython.NOT_FOUND ->
                    throw new ProblemException(new Problem(
                            Problem.Kind.FAILED,
                            "cannot follow " + path,
                            "there is no python3 on the host",
                            "use an image with Python 3",
                            "the training is not affected"));
                default ->
                    throw new SshException(
                            SshException.Kind.LOST, "reading " + path + " ended with " + status + ": " + message);
            };
        }
    }
}
