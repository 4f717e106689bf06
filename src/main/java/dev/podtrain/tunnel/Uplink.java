package dev.podtrain.tunnel;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.ssh.ForwardedConnection;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The session that all connections of a tunnel share, which comes and goes. Safe for use by many threads. */
final class Uplink {
    /** Loopback on the pod answers at once; the rest is for the way there. */
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(10);

    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Link link;
    private boolean closed;
    private boolean refused;
    private @Nullable String complaint;
    private @Nullable ProblemException problem;

    private record Link(SshSession session, int port) {}

    Uplink(Time time) {
        this.time = time;
    }

    /** From now on connections go this way. */
    void establish(SshSession session, int port) {
        change(() -> link = new Link(session, port));
    }

    /** Connections have to wait. */
    void interrupt() {
        change(() -> link = null);
    }

    /** No connection will come any more. */
    void close() {
        change(() -> {
            link = null;
            closed = true;
        });
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Connects to the far port, waiting for a session if there is none.
     *
     * @return empty if none came before the deadline, or nobody listens there
     */
    Optional<ForwardedConnection> connect(Deadline deadline) throws InterruptedException {
        Link tried = null;
        while (true) {
            Link current = await(tried, deadline);
            if (current == null) {
                return Optional.empty();
            }
            try {
                ForwardedConnection connection =
                        current.session().forward(current.port(), Deadline.in(time, OPEN_LIMIT));
                change(() -> refused = false);
                return Optional.of(connection);
            } catch (SshException e) {
                if (e.kind() == SshException.Kind.REFUSED) {
                    complain(e);
                    return Optional.empty();
                }
                // Nothing was sent yet, so the next session may try it again.
                tried = current;
            } catch (ProblemException e) {
                change(() -> problem = e);
                return Optional.empty();
            }
        }
    }

    /** Once, until somebody listens there again: a browser may ask many times a second. */
    private void complain(SshException refusal) {
        change(() -> {
            if (!refused) {
                refused = true;
                complaint = refusal.getMessage();
            }
        });
    }

    /** A link other than the one that did not work; null if there is none in time. */
    private @Nullable Link await(@Nullable Link tried, Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && (link == null || link.equals(tried)) && !deadline.hasPassed()) {
                // Woken when a session comes; the time limit is only what happens if none does.
                boolean unused = changed.await(deadline.remaining().toNanos() + 1, TimeUnit.NANOSECONDS);
            }
            return Objects.equals(link, tried) ? null : link;
        } finally {
            lock.unlock();
        }
    }

    /** What a connection met since the last call that the user should know. */
    Optional<String> takeComplaint() {
        lock.lock();
        try {
            Optional<String> taken = Optional.ofNullable(complaint);
            complaint = null;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the tunnel if a connection met something that no waiting mends. */
    void throwIfHopeless() {
        lock.lock();
        try {
            if (problem != null) {
                throw problem;
            }
        } finally {
            lock.unlock();
        }
    }
}
