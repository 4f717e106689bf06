package dev.podtrain.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.podtrain.base.ClosedPort;
import dev.podtrain.base.Deadline;
import dev.podtrain.base.SystemTime;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
final class SshClientIT {
    private static final SystemTime TIME = new SystemTime();
    private static Path folder;
    private static SshdFixture server;
    private static SshClient client;

    @BeforeAll
    static void start(@TempDir Path serverFolder) throws Exception {
        folder = serverFolder;
        server = SshdFixture.start(serverFolder);
        client = new MinaClient(TIME);
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
            server.close();
        }
    }

    private static Deadline within(long millis) {
        return Deadline.in(TIME, Duration.ofMillis(millis));
    }

    private static SshException.Kind failureOf(SshTarget target, Deadline deadline) {
        SshException thrown = catchThrowableOfType(
                SshException.class, () -> client.connect(target, deadline).close());
        assertThat(thrown).isNotNull();
        return thrown.kind();
    }

    @Test
    void hostWithTheExpectedKeyIsLoggedInTo() throws Exception {
        try (SshSession session = client.connect(server.target(), within(60_000))) {
            assertThat(session.isOpen()).isTrue();
            assertThat(session.hostKey()).isEqualTo(server.fingerprint());
        }
    }

    @Test
    void hostWithAnotherKeyIsRefusedBeforeTheLogin(@TempDir Path ownFolder) throws Exception {
        try (SshdFixture own = SshdFixture.start(ownFolder, "LogLevel VERBOSE")) {
            SshTarget target = new SshTarget(
                    "127.0.0.1",
                    own.port(),
                    System.getProperty("user.name"),
                    own.privateKey(),
                    Set.of(server.fingerprint()));

            assertThatThrownBy(() -> client.connect(target, within(60_000)))
                    .isInstanceOfSatisfying(SshException.class, e -> assertThat(e.kind())
                            .isEqualTo(SshException.Kind.HOST_KEY_MISMATCH))
                    .hasMessageContainingAll(own.fingerprint(), server.fingerprint());

            assertThat(own.log()).doesNotContain("publickey").doesNotContain("Accepted key");
        }
    }

    @Test
    void newKeyIsAcceptedOnlyOnRequestAndTold() throws Exception {
        SshTarget target = SshTarget.acceptingNewKey(
                "127.0.0.1", server.port(), System.getProperty("user.name"), server.privateKey());

        try (SshSession session = client.connect(target, within(60_000))) {
            assertThat(session.hostKey()).isEqualTo(server.fingerprint());
        }
    }

    @Test
    void oneOfSeveralFingerprintsIsEnough() throws Exception {
        SshTarget target = new SshTarget(
                "127.0.0.1",
                server.port(),
                System.getProperty("user.name"),
                server.privateKey(),
                Set.of("SHA256:" + "A".repeat(43), server.fingerprint()));

        client.connect(target, within(60_000)).close();
    }

    @Test
    void unknownUserKeyIsRejected(@TempDir Path keys) throws Exception {
        SshKeys.ensure(keys.resolve("other"), "other");
        SshTarget target = new SshTarget(
                "127.0.0.1",
                server.port(),
                System.getProperty("user.name"),
                keys.resolve("other"),
                Set.of(server.fingerprint()));

        assertThat(failureOf(target, within(60_000))).isEqualTo(SshException.Kind.AUTH_REJECTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-t rsa -b 2048",
                "-t rsa -b 2048 -m PEM",
                "-t rsa -b 2048 -m PKCS8",
                "-t ecdsa -b 256",
                "-t ecdsa -b 384 -m PEM",
                "-t ed25519"
            })
    void userKeysOfTheUsualKindsLogIn(String kind, @TempDir Path keys) throws Exception {
        Path key = keys.resolve("key");
        SshdFixture.run("sh", "-c", "ssh-keygen -q -N '' -C me -f " + key + " " + kind);
        Files.writeString(
                folder.resolve("authorized_keys"), SshKeys.ensure(key, "me") + "\n", StandardOpenOption.APPEND);
        SshTarget target = new SshTarget(
                "127.0.0.1", server.port(), System.getProperty("user.name"), key, Set.of(server.fingerprint()));

        try (SshSession session = client.connect(target, within(60_000))) {
            assertThat(session.exec(List.of("true"), within(60_000)).succeeded())
                    .isTrue();
        }
    }

    @Test
    void closedPortIsRefused() throws Exception {
        try (ClosedPort port = new ClosedPort()) {
            assertThat(failureOf(server.target(port.number()), within(60_000))).isEqualTo(SshException.Kind.REFUSED);
        }
    }

    @Test
    void unknownHostIsUnreachable() throws Exception {
        SshTarget target =
                new SshTarget("no-such-host.invalid", 22, "root", server.privateKey(), Set.of(server.fingerprint()));

        assertThat(failureOf(target, within(60_000))).isEqualTo(SshException.Kind.UNREACHABLE);
    }

    @Test
    void hangUpBeforeTheGreetingIsTold() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread hangUp = new Thread(() -> acceptAndClose(socket));
            hangUp.start();

            assertThat(failureOf(server.target(socket.getLocalPort()), within(60_000)))
                    .isEqualTo(SshException.Kind.BANNER);
        }
    }

    private static void acceptAndClose(ServerSocket socket) {
        try (Socket accepted = socket.accept()) {
            // Once it has spoken the client knows that it is connected; sooner, it could be told that it never was.
            assertThat(accepted.getInputStream().read()).isEqualTo('S');
            // What is closed with something unread is reset, which may come before the client has finished connecting.
            accepted.shutdownOutput();
            accepted.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void silentPortTimesOut() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(failureOf(server.target(socket.getLocalPort()), within(300)))
                    .isEqualTo(SshException.Kind.TIMED_OUT);
        }
    }

    @Test
    void interruptEndsConnectingAtOnce() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SshTarget target = server.target(socket.getLocalPort());
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread connecting = new Thread(() -> {
                try {
                    client.connect(target, within(20_000)).close();
                } catch (InterruptedException | SshException e) {
                    thrown.set(e);
                }
            });
            connecting.start();
            Socket accepted = socket.accept();

            connecting.interrupt();
            connecting.join(60_000);

            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            accepted.close();
        }
    }

    @Test
    void connectionThatFallsSilentIsNoticedLongBeforeACommandsDeadline() throws Exception {
        try (ChaosProxy proxy = new ChaosProxy(server.port());
                SshSession session = client.connect(server.target(proxy.port()), within(60_000))) {
            proxy.fallSilent();

            // At the deadline it would be TIMED_OUT.
            assertThatThrownBy(() -> session.exec(List.of("true"), within(120_000)))
                    .isInstanceOfSatisfying(SshException.class, e -> {
                        assertThat(e.kind()).isEqualTo(SshException.Kind.LOST);
                        assertThat(e.isRetryable()).isTrue();
                    });

            assertThat(session.isOpen()).isFalse();
        }
    }

    @Test
    void commandCutOffWithoutAStatusIsLostAndNeverASuccess() throws Exception {
        try (ChaosProxy proxy = new ChaosProxy(server.port());
                SshSession session = client.connect(server.target(proxy.port()), within(60_000));
                RemoteProcess process = session.open(List.of("sh", "-c", "echo on; sleep 20"))) {
            assertThat(process.stdout().readNBytes(3)).hasSize(3);

            proxy.cut();

            assertThatThrownBy(() -> process.waitFor(within(60_000)))
                    .isInstanceOfSatisfying(
                            SshException.class, e -> assertThat(e.kind()).isEqualTo(SshException.Kind.LOST));
        }
    }

    @Test
    void closedSessionFailsAsLost() throws Exception {
        SshSession session = client.connect(server.target(), within(60_000));
        session.close();

        assertThatThrownBy(() -> session.exec(List.of("true"), within(60_000)))
                .isInstanceOfSatisfying(
                        SshException.class, e -> assertThat(e.kind()).isEqualTo(SshException.Kind.LOST));
    }

    @Test
    void noThreadIsLeftAfterClose() throws Exception {
        SshTarget target = server.target();
        // A thread is born into the group of the one that makes it, so the client is made in a group of its own: other
        // tests have clients at the same time.
        ThreadGroup group = new ThreadGroup("own client");
        FutureTask<SshClient> use = new FutureTask<>(() -> {
            SshClient client = new MinaClient(TIME);
            client.warmUp();
            assertThat(client.connect(target, within(60_000))
                            .exec(List.of("true"), within(60_000))
                            .succeeded())
                    .isTrue();
            return client;
        });
        new Thread(group, use).start();
        SshClient own = use.get();
        assertThat(sshThreads(group)).isNotEmpty();

        own.close();

        Deadline deadline = within(60_000);
        while (!sshThreads(group).isEmpty() && !deadline.hasPassed()) {
            deadline.pause(Duration.ofMillis(5));
        }
        assertThat(sshThreads(group)).isEmpty();
    }

    private static List<Thread> sshThreads(ThreadGroup group) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> group.equals(thread.getThreadGroup()))
                .filter(thread -> thread.getName().contains("ssh"))
                .toList();
    }
}
