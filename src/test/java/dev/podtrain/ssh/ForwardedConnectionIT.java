package dev.podtrain.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ClosedPort;
import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.SystemTime;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that a real sshd makes for us to a server beside it. */
@Timeout(180)
final class ForwardedConnectionIT {
    private static final SystemTime TIME = new SystemTime();
    private static SshdFixture sshd;
    private static ChaosProxy way;
    private static SshClient client;

    private SshSession session;
    private ServerSocket server;
    private CompletableFuture<Void> served = CompletableFuture.completedFuture(null);

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        sshd = SshdFixture.start(folder);
        way = new ChaosProxy(sshd.port());
        client = new MinaClient(TIME);
    }

    @AfterAll
    static void stop() throws Exception {
        if (client != null) {
            client.close();
            way.close();
            sshd.close();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        session = client.connect(sshd.target(way.port()), soon());
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void disconnect() throws IOException {
        session.close();
        server.close();
    }

    private static Deadline soon() {
        return Deadline.in(TIME, Duration.ofSeconds(60));
    }

    /** What a server does with its one connection. */
    private interface Service {
        void serve(Socket connection) throws IOException;
    }

    private void serve(Service service) {
        Runnable work = () -> {
            try (Socket connection = server.accept()) {
                service.serve(connection);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        };
        // The usual pool has few threads, and every test of this JVM may block them.
        served = CompletableFuture.runAsync(work, task -> new Thread(task, "served").start());
    }

    private ForwardedConnection forward() throws Exception {
        return session.forward(server.getLocalPort(), soon());
    }

    @Test
    void bytesGoBothWays() throws Exception {
        serve(connection ->
                connection.getOutputStream().write(connection.getInputStream().readNBytes(4)));

        try (ForwardedConnection connection = forward()) {
            connection.out().write(bytes("ping"));
            connection.out().flush();

            assertThat(connection.in().readAllBytes()).isEqualTo(bytes("ping"));
        }
    }

    @Test
    void serverThatHasSaidAllIsHeardToTheEndWhileItStillListens() throws Exception {
        serve(connection -> {
            connection.getOutputStream().write(bytes("all I have to say"));
            connection.shutdownOutput();
            assertThat(connection.getInputStream().readAllBytes()).isEqualTo(bytes("thanks"));
        });

        try (ForwardedConnection connection = forward()) {
            assertThat(connection.in().readAllBytes()).isEqualTo(bytes("all I have to say"));
            connection.out().write(bytes("thanks"));
            connection.out().close();

            served.get(60, TimeUnit.SECONDS);
            connection.awaitEnd();
        }
    }

    @Test
    void ownHalfMayEndFirst() throws Exception {
        serve(connection -> {
            int length = connection.getInputStream().readAllBytes().length;
            connection.getOutputStream().write(bytes("got " + length));
        });

        try (ForwardedConnection connection = forward()) {
            connection.out().write(new byte[5_000_000]);
            connection.out().close();

            assertThat(connection.in().readAllBytes()).isEqualTo(bytes("got 5000000"));
            connection.awaitEnd();
        }
    }

    @Test
    void portThatNobodyListensOnIsRefused() throws Exception {
        try (ClosedPort port = new ClosedPort()) {
            assertThatThrownBy(() -> session.forward(port.number(), soon()))
                    .isInstanceOfSatisfying(
                            SshException.class, e -> assertThat(e.kind()).isEqualTo(SshException.Kind.REFUSED));
        }
        assertThat(session.isOpen()).isTrue();
    }

    @Test
    void sessionThatIsGoneIsLost() throws Exception {
        session.close();

        assertThatThrownBy(this::forward).isInstanceOfSatisfying(SshException.class, e -> assertThat(e.kind())
                .isEqualTo(SshException.Kind.LOST));
    }

    @Test
    void hostThatForwardsNothingIsAProblem(@TempDir Path folder) throws Exception {
        try (SshdFixture strict = SshdFixture.start(folder, "AllowTcpForwarding no");
                SshSession here = client.connect(strict.target(), soon())) {
            assertThatThrownBy(() -> here.forward(server.getLocalPort(), soon()))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("AllowTcpForwarding");
        }
    }

    @Test
    void whatIsCutOffDoesNotLookComplete() throws Exception {
        serve(connection -> {
            connection.getOutputStream().write(bytes("half of"));
            connection.getInputStream().read();
        });

        try (ForwardedConnection connection = forward()) {
            assertThat(connection.in().readNBytes(7)).isEqualTo(bytes("half of"));
            way.cut();

            assertThatThrownBy(() -> connection.in().read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void senderWaitsForASlowReader() throws Exception {
        AtomicLong sent = new AtomicLong();
        serve(connection -> {
            byte[] block = new byte[100_000];
            OutputStream out = connection.getOutputStream();
            while (sent.addAndGet(block.length) < 300_000_000) {
                out.write(block);
            }
        });

        try (ForwardedConnection connection = forward()) {
            InputStream in = connection.in();
            in.read();
            long before = 0;
            while (sent.get() != before) {
                before = sent.get();
                TIME.sleep(Duration.ofMillis(300));
            }

            // The window of the channel, and what the kernel holds for two loopback connections.
            assertThat(before).isLessThan(40_000_000);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
