package dev.podtrain.data;

import dev.podtrain.base.ProblemException;
import dev.podtrain.ssh.DataPipes;
import dev.podtrain.ssh.SshException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one transfer, each with a thread of its own. How many there are follows the way: an SSH server
 * grants each one a window of 2 MB, so a connection carries at most that much per round trip, and only more connections
 * carry more.
 */
final class Lanes implements AutoCloseable {
    /** OpenSSH's channel window ({@code CHAN_SES_WINDOW_DEFAULT} of its {@code channels.h}, 9.2). */
    private static final double WINDOW_BYTES = 2.0 * 1024 * 1024;

    /** More than that gained nothing on any link that was measured. */
    private static final int MOST = 6;

    /** A connection that carries this share of its window's limit is held up by it, not by the line. */
    private static final double HELD_UP = 0.6;

    private static final Duration LONG_WAY = Duration.ofMillis(60);
    private static final int ON_A_LONG_WAY = 4;
    private static final int AT_FIRST = 2;
    private static final Duration SETTLING = Duration.ofMillis(1500);

    /** Not worth another login if the rest is done in this time anyway. */
    private static final double SECONDS_WORTH_A_LOGIN = 3;

    private static final int FAILURE_SECONDS = 15;
    private static final long BYTES_WORTH_A_SECOND_LANE = 8L * 1024 * 1024;

    /** What a connection does from its first request to its last answer. */
    interface Lane {
        void run(Agent agent) throws IOException, InterruptedException;
    }

    private final DataPipes pipes;
    private final String root;
    private final Work<?> work;
    private final Lane lane;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Agent> agents = new ArrayList<>();
    private int running;
    private boolean closed;
    private @Nullable Exception failure;
    private long lastAddedNanos;

    Lanes(DataPipes pipes, String root, Work<?> work, Lane lane) {
        this.pipes = pipes;
        this.root = root;
        this.work = work;
        this.lane = lane;
    }

    /** Makes a connection that is open already a lane; it is not closed when the work is done. */
    synchronized void use(Agent agent, long nowNanos) {
        start(() -> serve(agent, false), nowNanos);
    }

    /** Opens as many connections as so many bytes are worth on a way of that length. */
    void start(long bytes, Duration roundTrip, long nowNanos) {
        int count =
                bytes < BYTES_WORTH_A_SECOND_LANE ? 1 : roundTrip.compareTo(LONG_WAY) > 0 ? ON_A_LONG_WAY : AT_FIRST;
        while (threads.size() < count) {
            add(nowNanos);
        }
    }

    private synchronized void add(long nowNanos) {
        start(this::serve, nowNanos);
    }

    private void start(Runnable work, long nowNanos) {
        Thread thread = new Thread(work, "data-lane-" + (threads.size() + 1));
        thread.setDaemon(true);
        threads.add(thread);
        running++;
        lastAddedNanos = nowNanos;
        thread.start();
    }

    /** Adds a connection where those there are carry all they can and much is left. */
    void adjust(Meter meter, Duration roundTrip, long nowNanos) {
        int count;
        synchronized (this) {
            count = running;
            if (count == 0 || threads.size() >= MOST || nowNanos - lastAddedNanos < SETTLING.toNanos()) {
                return;
            }
        }
        double limit = WINDOW_BYTES / Math.max(1e-4, roundTrip.toNanos() / 1e9);
        double rate = meter.rate();
        if (rate / count > HELD_UP * limit && meter.bytesLeft() > rate * SECONDS_WORTH_A_LOGIN) {
            add(nowNanos);
        }
    }

    private void serve() {
        try {
            serve(Agent.open(pipes, root), true);
        } catch (SshException | InterruptedException | RuntimeException e) {
            leaveUnopened(e);
        }
    }

    private void serve(Agent agent, boolean close) {
        try {
            if (isWelcome(agent)) {
                lane.run(agent);
            }
        } catch (SshException e) {
            fail(e);
        } catch (IOException e) {
            fail(meaning(agent, e));
        } catch (InterruptedException | RuntimeException e) {
            fail(e);
        } finally {
            if (close) {
                agent.close();
            }
            leave();
        }
    }

    private static Exception meaning(Agent agent, IOException e) {
        try {
            return agent.failure(e);
        } catch (InterruptedException interrupted) {
            return interrupted;
        }
    }

    private synchronized boolean isWelcome(Agent agent) {
        agents.add(agent);
        return !closed;
    }

    /** One connection fewer is no failure while others do the work. */
    private synchronized void leaveUnopened(Exception e) {
        running--;
        if (running == 0) {
            fail(e);
        }
    }

    private synchronized void fail(Exception e) {
        if (!closed && failure == null) {
            failure = e;
            work.stop();
            notifyAll();
        }
    }

    private synchronized void leave() {
        running--;
        notifyAll();
    }

    /** Called when the work is over: stops with what made a connection fail, if one did. */
    void throwFailure() throws SshException, InterruptedException {
        if (!work.isDone()) {
            awaitFailure();
        }
        rethrow();
    }

    /** The work stops a moment before it is known what the end of the connection means. */
    private synchronized void awaitFailure() throws InterruptedException {
        for (int i = 0; i < FAILURE_SECONDS && failure == null && running > 0; i++) {
            wait(Duration.ofSeconds(1).toMillis());
        }
        if (failure == null) {
            failure = new IllegalStateException("the transfer stopped and no connection says why");
        }
    }

    private synchronized void rethrow() throws SshException, InterruptedException {
        if (failure instanceof SshException e) {
            throw e;
        } else if (failure instanceof ProblemException e) {
            throw e;
        } else if (failure instanceof InterruptedException e) {
            throw e;
        } else if (failure != null) {
            throw new IllegalStateException("a connection of the transfer failed", failure);
        }
    }

    /** Ends every connection and waits for the threads. */
    @Override
    public void close() {
        List<Thread> started;
        synchronized (this) {
            closed = true;
            work.stop();
            agents.forEach(Agent::close);
            started = List.copyOf(threads);
        }
        started.forEach(Thread::interrupt);
        boolean interrupted = false;
        for (Thread thread : started) {
            try {
                thread.join(Duration.ofSeconds(5).toMillis());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
