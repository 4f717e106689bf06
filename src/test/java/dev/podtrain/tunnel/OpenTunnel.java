package dev.podtrain.tunnel;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Progress;
import dev.podtrain.base.SystemTime;
import dev.podtrain.ssh.MinaClient;
import dev.podtrain.ssh.SessionSource;
import dev.podtrain.ssh.SshClient;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import dev.podtrain.ssh.SshTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A tunnel that carries on a thread of its own, and remembers what it says. */
final class OpenTunnel implements AutoCloseable {
    private static final SystemTime TIME = new SystemTime();

    private final SshClient client = new MinaClient(TIME);
    private final Tunnel tunnel = Tunnel.listen(21_000, TIME);
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Sessions sessions;
    private final Thread thread;

    OpenTunnel(SshTarget target, FarEnd farEnd) {
        sessions = new Sessions(client, target);
        thread = Threads.daemon("carry", () -> carry(farEnd));
    }

    private void carry(FarEnd farEnd) {
        try {
            tunnel.carry(sessions, farEnd, port -> ready.countDown(), new Remembered());
        } catch (InterruptedException e) {
            return;
        } catch (SshException e) {
            messages.add("failed: " + e);
        }
    }

    void awaitReady() throws InterruptedException {
        if (!ready.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("never ready: " + messages);
        }
    }

    /** Until the carrying has ended. */
    void awaitEnd() throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(60));
    }

    void awaitMessage(String start) throws InterruptedException {
        Deadline deadline = Deadline.in(TIME, Duration.ofSeconds(60));
        while (messages.stream().noneMatch(message -> message.startsWith(start))) {
            if (deadline.hasPassed()) {
                throw new AssertionError("no '" + start + "' in " + messages);
            }
            deadline.pause(Duration.ofMillis(20));
        }
    }

    Sessions sessions() {
        return sessions;
    }

    List<String> messages() {
        return messages;
    }

    Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), tunnel.localPort());
    }

    /** Until the tunnel has taken the connection over; in the kernel's queue it would be reset when the port is closed. */
    void awaitAccepted(Socket client) throws IOException, InterruptedException {
        String near = ":" + hex(tunnel.localPort());
        String far = ":" + hex(client.getLocalPort());
        Deadline deadline = Deadline.in(TIME, Duration.ofSeconds(60));
        // A socket that no process has yet has no inode, field 9.
        while (sockets().stream()
                .noneMatch(fields -> fields[1].endsWith(near) && fields[2].endsWith(far) && !fields[9].equals("0"))) {
            if (deadline.hasPassed()) {
                throw new AssertionError("never accepted");
            }
            deadline.pause(Duration.ofMillis(10));
        }
    }

    /** The addresses on which its port is open, as the kernel tells; Java's sockets are IPv6 ones of an IPv4 address. */
    List<String> addresses() throws IOException {
        String port = ":" + hex(tunnel.localPort());
        return sockets().stream()
                .filter(fields -> fields[1].endsWith(port) && fields[3].equals("0A"))
                .map(fields -> fields[1].matches("(0{16}FFFF0000)?0100007F:.*") ? "127.0.0.1" : fields[1])
                .toList();
    }

    private static String hex(int port) {
        return String.format("%04X", port);
    }

    /** The lines of the kernel's tables in fields. */
    private static List<String[]> sockets() throws IOException {
        List<String[]> sockets = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            Path file = Path.of(table);
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                sockets.add(line.strip().split("\\s+", -1));
            }
        }
        return sockets;
    }

    @Override
    public void close() {
        thread.interrupt();
        tunnel.close();
        client.close();
    }

    private final class Remembered implements Progress {
        @Override
        public void report(String message) {
            messages.add(message);
        }

        @Override
        public void warn(String message) {
            messages.add(message);
        }
    }

    /** New connections to the same place, unless a test holds them back or ends the pod. */
    static final class Sessions implements SessionSource {
        private final SshClient client;
        private final SshTarget target;
        private volatile boolean held;
        private volatile boolean ended;

        private Sessions(SshClient client, SshTarget target) {
            this.client = client;
            this.target = target;
        }

        void hold() {
            held = true;
        }

        void release() {
            held = false;
        }

        void podHasEnded() {
            ended = true;
            held = false;
        }

        @Override
        public Optional<SshSession> next(Optional<SshException> lastFailure) throws InterruptedException {
            Deadline deadline = Deadline.in(TIME, Duration.ofSeconds(60));
            while (true) {
                while (held) {
                    deadline.pause(Duration.ofMillis(10));
                }
                if (ended) {
                    return Optional.empty();
                }
                try {
                    return Optional.of(client.connect(target, deadline));
                } catch (SshException e) {
                    if (deadline.hasPassed()) {
                        throw new AssertionError(e);
                    }
                    deadline.pause(Duration.ofMillis(20));
                }
            }
        }
    }
}
