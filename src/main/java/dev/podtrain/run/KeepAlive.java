package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.ssh.RemoteFile;
import dev.podtrain.ssh.SessionSource;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tells a pod's guard again and again that this program is still there, on a thread and a connection of its own. */
final class KeepAlive implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(20);
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(15);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final SessionSource sessions;
    private final String file;
    private final Time time;
    private final Progress progress;
    private final Thread thread = new Thread(this::run, "keep-alive");

    private KeepAlive(SessionSource sessions, String file, Time time, Progress progress) {
        this.sessions = sessions;
        this.file = file;
        this.time = time;
        this.progress = progress;
    }

    /** Begins at once; {@code file} is the absolute path that the guard looks at. */
    static KeepAlive start(SessionSource sessions, String file, Time time, Progress progress) {
        KeepAlive keepAlive = new KeepAlive(sessions, file, time, progress);
        keepAlive.thread.setDaemon(true);
        keepAlive.thread.start();
        return keepAlive;
    }

    private void run() {
        Optional<SshException> failure = Optional.empty();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Optional<SshSession> session = sessions.next(failure);
                if (session.isEmpty()) {
                    return;
                }
                failure = write(session.get());
                time.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ProblemException e) {
            progress.report("the pod's guard cannot be told that this program is there: "
                    + e.problem().why());
        }
    }

    private Optional<SshException> write(SshSession session) throws InterruptedException {
        byte[] word = (time.now() + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            session.writeFiles(List.of(new RemoteFile(file, word, 0644)), Deadline.in(time, WRITE_LIMIT));
            return Optional.empty();
        } catch (SshException e) {
            return Optional.of(e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(END_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
