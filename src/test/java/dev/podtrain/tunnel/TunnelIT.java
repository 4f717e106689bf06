package dev.podtrain.tunnel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ClosedPort;
import dev.podtrain.base.SystemTime;
import dev.podtrain.ssh.ChaosProxy;
import dev.podtrain.ssh.SshdFixture;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tunnel through a real sshd, over a way that can be cut. */
@Timeout(180)
final class TunnelIT {
    /** ::1. */
    private static final byte[] OTHER_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private static SshdFixture sshd;
    private static ChaosProxy way;

    private EchoServer server;
    private OpenTunnel tunnel;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        sshd = SshdFixture.start(folder, "MaxSessions 3");
        way = new ChaosProxy(sshd.port());
    }

    @AfterAll
    static void stop() throws Exception {
        if (way != null) {
            way.close();
            sshd.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        server = new EchoServer();
        tunnel = new OpenTunnel(sshd.target(way.port()), session -> server.port());
        tunnel.awaitReady();
    }

    @AfterEach
    void close() throws Exception {
        tunnel.close();
        server.close();
    }

    @Test
    void carriesABigTransferUnchangedBothWays() throws Exception {
        byte[] sent = new byte[30_000_000];
        new Random(1).nextBytes(sent);

        assertThat(hash(echoed(sent))).isEqualTo(hash(sent));
    }

    @Test
    void carriesManyConnectionsAtOnce() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(60);
        try {
            List<Callable<Boolean>> work = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                byte[] own = new byte[20_000];
                new Random(i).nextBytes(own);
                work.add(() -> java.util.Arrays.equals(echoed(own), own));
            }

            for (Future<Boolean> intact : clients.invokeAll(work, 150, TimeUnit.SECONDS)) {
                assertThat(intact.get()).isTrue();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void connectionThatReadsNothingHoldsUpNoOther() throws Exception {
        try (Socket slow = tunnel.connect()) {
            slow.setSoTimeout(1000);
            Thread flood = new Thread(() -> floodUntilClosed(slow));
            flood.start();

            assertThat(echoed("quick".getBytes(UTF_8))).isEqualTo("quick".getBytes(UTF_8));
        }
    }

    @Test
    void answerThatIsEndedByHangingUpIsReadToItsEnd() throws Exception {
        try (EchoServer greeter = EchoServer.thatSays("hello and good bye");
                OpenTunnel toGreeter = new OpenTunnel(sshd.target(way.port()), session -> greeter.port())) {
            toGreeter.awaitReady();
            try (Socket client = toGreeter.connect()) {
                client.getOutputStream().write('?');

                assertThat(client.getInputStream().readAllBytes()).isEqualTo("hello and good bye".getBytes(UTF_8));
            }
        }
    }

    @Test
    void aCutConnectionIsReplacedAndNewOnesWaitForIt() throws Exception {
        for (int round = 0; round < 2; round++) {
            assertThat(way.cut()).isTrue();

            assertThat(echoed("still there".getBytes(UTF_8))).isEqualTo("still there".getBytes(UTF_8));
        }
        assertThat(tunnel.messages()).contains("connected again");
    }

    @Test
    void aTransferThatIsCutDoesNotLookComplete() throws Exception {
        try (Socket client = tunnel.connect()) {
            client.getOutputStream().write("half".getBytes(UTF_8));
            assertThat(client.getInputStream().readNBytes(4)).isEqualTo("half".getBytes(UTF_8));

            way.cut();

            InputStream rest = client.getInputStream();
            assertThatThrownBy(rest::read).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aConnectionThatFallsSilentIsReplaced() throws Exception {
        way.fallSilent();

        assertThat(echoed("anybody?".getBytes(UTF_8))).isEqualTo("anybody?".getBytes(UTF_8));
    }

    @Test
    void aConnectionIsClosedCleanlyIfThePodEndsWhileItWaits() throws Exception {
        tunnel.sessions().hold();
        way.cut();
        try (Socket client = tunnel.connect()) {
            tunnel.awaitAccepted(client);
            tunnel.sessions().podHasEnded();
            tunnel.awaitEnd();
            tunnel.close();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void portThatNobodyListensOnClosesTheConnectionAndIsToldOnce() throws Exception {
        try (ClosedPort port = new ClosedPort();
                OpenTunnel toNobody = new OpenTunnel(sshd.target(way.port()), session -> port.number())) {
            toNobody.awaitReady();

            for (int i = 0; i < 5; i++) {
                try (Socket client = toNobody.connect()) {
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                }
            }

            toNobody.awaitMessage("nothing listens on port " + port.number());
            assertThat(toNobody.messages())
                    .filteredOn(m -> m.contains("nothing listens"))
                    .hasSize(1);
        }
    }

    @Test
    void listensForThisMachineOnly() throws Exception {
        assertThat(tunnel.addresses()).containsExactly("127.0.0.1");
    }

    @Test
    void takesTheNextPortWhenTheWantedOneIsTaken() throws Exception {
        try (ServerSocket one = LocalPort.listen(20_000);
                ServerSocket other = LocalPort.listen(one.getLocalPort())) {
            assertThat(other.getLocalPort()).isGreaterThan(one.getLocalPort());
        }
    }

    @Test
    void portThatSomebodyHasOnTheOtherLoopbackAddressIsTaken() throws Exception {
        try (ServerSocket six = new ServerSocket(0, 1, InetAddress.getByAddress(OTHER_LOOPBACK));
                ServerSocket four = LocalPort.listen(six.getLocalPort())) {
            assertThat(four.getLocalPort()).isNotEqualTo(six.getLocalPort());
        }
    }

    private byte[] echoed(byte[] sent) throws IOException {
        try (Socket client = tunnel.connect()) {
            Thread sender = new Thread(() -> send(client, sent));
            sender.start();
            byte[] back = new byte[sent.length];
            new DataInputStream(client.getInputStream()).readFully(back);
            return back;
        }
    }

    private static void send(Socket client, byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
            client.shutdownOutput();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void floodUntilClosed(Socket client) {
        byte[] block = new byte[100_000];
        try {
            while (true) {
                client.getOutputStream().write(block);
            }
        } catch (IOException closed) {
            return;
        }
    }

    private static byte[] hash(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    @Test
    void waitsForASlowStart() throws Exception {
        tunnel.sessions().hold();
        way.cut();
        try (Socket client = tunnel.connect()) {
            client.getOutputStream().write('x');
            new SystemTime().sleep(Duration.ofMillis(300));
            tunnel.sessions().release();

            assertThat(client.getInputStream().read()).isEqualTo('x');
        }
    }
}
