package dev.podtrain.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.SystemTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class FileFollowerIT {
    private static final SystemTime TIME = new SystemTime();
    private static SshdFixture server;
    private static SshClient client;
    private static SshSession session;

    private final ByteArrayOutputStream delivered = new ByteArrayOutputStream();

    @BeforeAll
    static void connect(@TempDir Path serverFolder) throws Exception {
        server = SshdFixture.start(serverFolder);
        client = new MinaClient(TIME);
        session = client.connect(server.target(), Deadline.in(TIME, Duration.ofSeconds(60)));
    }

    @AfterAll
    static void disconnect() {
        if (client != null) {
            client.close();
            server.close();
        }
    }

    /** One connection, offered a few times. */
    private static SessionSource times(int offers) {
        AtomicInteger left = new AtomicInteger(offers);
        return failure -> left.getAndDecrement() > 0 ? Optional.of(session) : Optional.empty();
    }

    private void collect(long offset, byte[] bytes, int length) {
        delivered.write(bytes, 0, length);
    }

    private FollowEnd follow(SessionSource source, Path file, long offset) throws InterruptedException {
        Path pidFile = file.resolveSibling("pid");
        return new FileFollower(source, TIME).follow(file.toString(), pidFile.toString(), offset, this::collect);
    }

    private static Process writer(Path folder, String script) throws IOException {
        Process process = new ProcessBuilder("bash", "-c", script)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Files.writeString(folder.resolve("pid"), process.pid() + "\n");
        return process;
    }

    @Test
    void finishedFileIsDeliveredFromTheOffset(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("log"), "0123456789");

        FollowEnd end = follow(times(1), file, 4);

        assertThat(end).isEqualTo(new FollowEnd.Complete(10));
        assertThat(delivered).hasToString("456789");
    }

    @Test
    void lastBytesOfAWriterThatEndsAreDelivered(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("log");
        writer(folder, "for i in $(seq 200); do echo line $i >>log; done; sleep 0.3; printf EXIT_CODE=0 >>log");

        FollowEnd end = follow(times(9), file, 0);

        assertThat(end).isEqualTo(new FollowEnd.Complete(Files.size(file)));
        assertThat(delivered.toString(StandardCharsets.UTF_8))
                .isEqualTo(Files.readString(file))
                .endsWith("EXIT_CODE=0");
    }

    @Test
    void fileThatAppearsLaterIsWaitedFor(@TempDir Path folder) throws Exception {
        writer(folder, "sleep 0.5; echo late >log");

        FollowEnd end = follow(times(9), folder.resolve("log"), 0);

        assertThat(end).isEqualTo(new FollowEnd.Complete(5));
        assertThat(delivered).hasToString("late\n");
    }

    @Test
    void fileThatNeverAppearsEndsWhenTheSourceGivesUp(@TempDir Path folder) throws Exception {
        assertThat(follow(times(1), folder.resolve("log"), 0)).isEqualTo(new FollowEnd.FileMissing());
    }

    @Test
    void fileShorterThanTheOffsetIsNotStartedAgain(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("log"), "abc");

        FollowEnd end = follow(times(1), file, 5);

        assertThat(end).isEqualTo(new FollowEnd.Shorter(5, 3));
        assertThat(delivered.size()).isZero();
    }

    @Test
    void fileThatShrinksWhileFollowedIsNotStartedAgain(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("log"), "1234567");
        Process writer = writer(folder, "sleep 30");

        FollowEnd end = new FileFollower(times(1), TIME)
                .follow(file.toString(), folder.resolve("pid").toString(), 0, (offset, bytes, length) -> {
                    collect(offset, bytes, length);
                    if (delivered.size() == 7) {
                        truncate(file, 3);
                    }
                });

        assertThat(end).isEqualTo(new FollowEnd.Shorter(7, 3));
        assertThat(delivered).hasToString("1234567");
        writer.destroyForcibly();
    }

    @Test
    void writerIsKnownByItsStartTimeToo(@TempDir Path folder) throws Exception {
        Process writer = writer(folder, "until [ -e go ]; do sleep 0.01; done; echo late >>log");
        Path file = Files.writeString(folder.resolve("log"), "early\n");
        String stat = Files.readString(Path.of("/proc/" + writer.pid() + "/stat"));
        String startTime = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1))
                .get(19);
        Files.writeString(folder.resolve("pid"), writer.pid() + " " + startTime + "\n");

        new FileFollower(times(1), TIME)
                .follow(file.toString(), folder.resolve("pid").toString(), 0, (offset, bytes, length) -> {
                    collect(offset, bytes, length);
                    if (delivered.size() == 6) {
                        touch(folder.resolve("go"));
                    }
                });

        assertThat(delivered).hasToString("early\nlate\n");
    }

    @Test
    void processIdThatWasGivenToAnotherProcessDoesNotCountAsTheWriter(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("log"), "old run\n");
        Process stranger = writer(folder, "sleep 30");
        Files.writeString(folder.resolve("pid"), stranger.pid() + " 1\n");

        FollowEnd end = follow(times(1), file, 0);

        assertThat(end).isEqualTo(new FollowEnd.Complete(8));
        stranger.destroyForcibly();
    }

    @Test
    void sourceThatGivesUpGetsTheOffsetReached(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("log"), "some");
        Process writer = writer(folder, "sleep 30");
        SshSession own = client.connect(server.target(), Deadline.in(TIME, Duration.ofSeconds(60)));
        List<Optional<SshException>> failures = new ArrayList<>();
        SessionSource once = failure -> {
            failures.add(failure);
            return failures.size() == 1 ? Optional.of(own) : Optional.empty();
        };

        FollowEnd end = new FileFollower(once, TIME)
                .follow(
                        folder.resolve("log").toString(),
                        folder.resolve("pid").toString(),
                        0,
                        (offset, bytes, length) -> own.close());

        assertThat(end).isEqualTo(new FollowEnd.GaveUp(4));
        assertThat(failures.get(1)).hasValueSatisfying(e -> assertThat(e.kind()).isEqualTo(SshException.Kind.LOST));
        writer.destroyForcibly();
    }

    @Test
    void interruptEndsItAtOnce(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("log"), "x");
        Process writer = writer(folder, "sleep 30");
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread follower = new Thread(() -> {
            try {
                new FileFollower(times(1), TIME)
                        .follow(
                                folder.resolve("log").toString(),
                                folder.resolve("pid").toString(),
                                0,
                                (offset, bytes, length) -> started.countDown());
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        follower.start();
        assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();

        follower.interrupt();
        follower.join(60_000);

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        writer.destroyForcibly();
    }

    @Test
    void nothingStaysOnTheHostWhenTheConnectionIsCut(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("a-quiet-log"), "x");
        Process writer = writer(folder, "sleep 30");
        try (ChaosProxy proxy = new ChaosProxy(server.port())) {
            SshSession own = client.connect(server.target(proxy.port()), Deadline.in(TIME, Duration.ofSeconds(60)));
            AtomicInteger offers = new AtomicInteger();

            new FileFollower(f -> offers.getAndIncrement() == 0 ? Optional.of(own) : Optional.empty(), TIME)
                    .follow(file.toString(), folder.resolve("pid").toString(), 0, (o, b, l) -> proxy.cut());
        }

        Deadline deadline = Deadline.in(TIME, Duration.ofSeconds(60));
        while (isRunning(file) && !deadline.hasPassed()) {
            deadline.pause(Duration.ofMillis(20));
        }
        assertThat(isRunning(file)).isFalse();
        writer.destroyForcibly();
    }

    private static boolean isRunning(Path argument) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").contains(argument.toString()));
    }

    @Test
    void hundredCutsLoseAndRepeatNoByte(@TempDir Path folder) throws Exception {
        Random random = new Random(20261123);
        Path file = folder.resolve("log");
        Path stop = folder.resolve("stop");
        writer(
                folder,
                "i=0; while [ ! -e stop ]; do for k in 1 2 3 4 5 6 7 8 9; do i=$((i+1));"
                        + " printf '%08d %s\\n' $i $RANDOM$RANDOM$RANDOM; done; sleep 0.001; done >>log");
        AtomicInteger cuts = new AtomicInteger();
        try (ChaosProxy proxy = new ChaosProxy(server.port())) {
            SshTarget target = server.target(proxy.port());
            Thread cutter = new Thread(() -> {
                try {
                    while (cuts.get() < 100) {
                        TIME.sleep(Duration.ofMillis(20 + random.nextInt(300)));
                        cuts.addAndGet(proxy.cut() ? 1 : 0);
                    }
                    Files.createFile(stop);
                } catch (InterruptedException | IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            cutter.start();

            FollowEnd end = follow(failure -> reconnect(target), file, 0);

            cutter.join();
            assertThat(cuts).hasValue(100);
            assertThat(end).isEqualTo(new FollowEnd.Complete(Files.size(file)));
            assertThat(delivered.toByteArray()).isEqualTo(Files.readAllBytes(file));
        }
    }

    @Test
    void connectionThatFallsSilentIsReplaced(@TempDir Path folder) throws Exception {
        writer(folder, "echo before >>log; until [ -e go ]; do sleep 0.01; done; echo after >>log");
        try (ChaosProxy proxy = new ChaosProxy(server.port())) {
            SshTarget target = server.target(proxy.port());
            AtomicInteger connections = new AtomicInteger();
            SessionSource source = failure -> {
                // The writer goes on only once the first connection was given up.
                if (connections.incrementAndGet() == 2) {
                    touch(folder.resolve("go"));
                }
                return reconnect(target);
            };

            FollowEnd end = new FileFollower(source, TIME)
                    .follow(
                            folder.resolve("log").toString(),
                            folder.resolve("pid").toString(),
                            0,
                            (offset, bytes, length) -> {
                                collect(offset, bytes, length);
                                if (connections.get() == 1) {
                                    proxy.fallSilent();
                                }
                            });

            assertThat(connections).hasValue(2);
            assertThat(end).isEqualTo(new FollowEnd.Complete(Files.size(folder.resolve("log"))));
            assertThat(delivered).hasToString("before\nafter\n");
        }
    }

    private static Optional<SshSession> reconnect(SshTarget target) throws InterruptedException {
        while (true) {
            try {
                return Optional.of(client.connect(target, Deadline.in(TIME, Duration.ofSeconds(60))));
            } catch (SshException e) {
                assertThat(e.isRetryable()).as(e.toString()).isTrue();
            }
        }
    }

    /** In one step: a file that is written anew is empty for a moment. */
    private static void truncate(Path file, long size) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void touch(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
