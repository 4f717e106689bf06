package dev.podtrain.tunnel;

import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.ssh.SessionSource;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;

/**
 * A port of this machine that leads to a port of a pod. It listens from the start to the close, and carries as long as
 * {@link #carry} runs: a connection that comes while there is no session waits for one, for 30 seconds at most, and is
 * closed then. Closing ends every connection; nothing on the pod is touched.
 */
public final class Tunnel implements AutoCloseable {
    /** More than any browser opens, few enough for the 2 MB that each may hold for a slow reader. */
    private static final int MOST_CONNECTIONS = 100;

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);

    private final ServerSocket server;
    private final Time time;
    private final Uplink uplink;
    private final Set<Carried> connections = ConcurrentHashMap.newKeySet();
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);

    private Tunnel(ServerSocket server, Time time) {
        this.server = server;
        this.time = time;
        this.uplink = new Uplink(time);
    }

    /**
     * Listens on 127.0.0.1, on the wanted port or the next one that is free.
     *
     * @param wantedPort 1 to 65535
     */
    public static Tunnel listen(int wantedPort, Time time) {
        Tunnel tunnel = new Tunnel(LocalPort.listen(wantedPort), time);
        Threads.daemon("tunnel-accept", tunnel::acceptAll);
        return tunnel;
    }

    /** The port it listens on. */
    public int localPort() {
        return server.getLocalPort();
    }

    /**
     * Carries connections over the sessions of this source until it gives up, which means that the pod has ended. May be
     * called again, for another pod.
     *
     * @param onReady called once, with the far port, as soon as connections get through
     * @throws SshException if the far end could not be made ready for a reason that another try does not mend
     */
    public void carry(SessionSource sessions, FarEnd farEnd, IntConsumer onReady, Progress progress)
            throws InterruptedException, SshException {
        boolean ready = false;
        Optional<SshSession> session = sessions.next(Optional.empty());
        while (session.isPresent()) {
            SshException failure;
            try {
                int port = farEnd.port(session.get());
                uplink.establish(session.get(), port);
                if (ready) {
                    progress.report("connected again");
                } else {
                    ready = true;
                    onReady.accept(port);
                }
                failure = awaitLoss(session.get(), progress);
            } catch (SshException e) {
                failure = e;
            } finally {
                uplink.interrupt();
            }
            if (!failure.isRetryable()) {
                throw failure;
            }
            progress.report("the connection to the pod is lost; connecting again");
            time.sleep(PAUSE_AFTER_FAILURE);
            session = sessions.next(Optional.of(failure));
        }
    }

    private SshException awaitLoss(SshSession session, Progress progress) throws InterruptedException {
        while (true) {
            try {
                session.throwIfLost();
            } catch (SshException e) {
                return e;
            }
            uplink.throwIfHopeless();
            uplink.takeComplaint().ifPresent(progress::warn);
            time.sleep(LOOK);
        }
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                places.acquire();
                start(new Carried(server.accept(), uplink, time));
            } catch (IOException e) {
                places.release();
                if (!server.isClosed()) {
                    pauseAfterFailure();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void start(Carried connection) {
        connections.add(connection);
        Threads.daemon("tunnel-down", () -> {
            try {
                connection.run();
            } finally {
                connections.remove(connection);
                places.release();
            }
        });
        if (server.isClosed()) {
            connection.close();
        }
    }

    /** Out of file descriptors, say: that may pass, and must not become a busy loop. */
    private void pauseAfterFailure() {
        try {
            time.sleep(PAUSE_AFTER_FAILURE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            return; // nothing can be done about it, and the process is about to end
        } finally {
            uplink.close();
            connections.forEach(Carried::close);
        }
    }
}
