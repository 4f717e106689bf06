package dev.podtrain.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.SystemTime;
import dev.podtrain.base.Time;
import dev.podtrain.local.Fault;
import dev.podtrain.local.LocalCloudFixture;
import dev.podtrain.local.LocalEndpoint;
import dev.podtrain.s3.S3Access;
import dev.podtrain.s3.S3Volume;
import dev.podtrain.ssh.ChaosProxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transfers over S3 that end at any byte, as with Ctrl+C, and are asked for again. */
@Timeout(300)
final class S3InterruptionIT {
    private static final int INTERRUPTIONS = 10;

    /** More than goes in one request. */
    private static final int IN_PARTS = 51_000_000;

    @TempDir
    private Path temp;

    private final Random random = new Random(20_26);
    private final LocalCloudFixture cloud = LocalCloudFixture.start();
    private ChaosProxy proxy;
    private Tree tree;

    @BeforeEach
    void start() throws Exception {
        proxy = new ChaosProxy(cloud.endpoint().s3Url().getPort());
        tree = new Tree(temp.resolve("here/set"))
                .with("a-large.bin", IN_PARTS)
                .with("b-large.bin", IN_PARTS)
                .with("c.bin", 7_000_000);
        for (int i = 0; i < 20; i++) {
            tree.with("small/" + i + ".wav", 30_000 + i);
        }
    }

    @AfterEach
    void end() throws Exception {
        proxy.close();
        cloud.close();
    }

    /** Whoever waits before another try waits for Ctrl+C, which comes at once. */
    private static final class Impatient implements Time {
        private final Time real = new SystemTime();
        private final Thread client = Thread.currentThread();
        private final AtomicBoolean pressed = new AtomicBoolean();

        @Override
        public Instant now() {
            return real.now();
        }

        @Override
        public long nanoTime() {
            return real.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            // Once: a second one could come when the transfer is over and the test already looks at what it left.
            if (!pressed.getAndSet(true)) {
                client.interrupt();
            }
            new CountDownLatch(1).await();
        }
    }

    private S3Volume volume(Time time) {
        LocalEndpoint endpoint = cloud.endpoint();
        URI url = URI.create("http://127.0.0.1:" + proxy.port())
                .resolve(endpoint.s3Url().getPath() + "eu-ro-1/");
        return new S3Volume(
                new S3Access(url, "EU-RO-1", "local", endpoint.s3AccessKey(), endpoint.s3SecretKey()),
                time,
                new Listener());
    }

    private TransferReport upload(Time time) throws InterruptedException {
        return upload(time, new Listener());
    }

    private TransferReport upload(Time time, Listener listener) throws InterruptedException {
        UploadRequest request = new UploadRequest(
                List.of(Source.of(tree.root().toString())), "data", false, false, false, temp.resolve("hashes"));
        try (S3Volume volume = volume(time)) {
            return new S3Transfer(volume, time)
                    .upload(request, temp.resolve("record"), 10_000_000_000L, listener)
                    .orElseThrow();
        }
    }

    private TransferReport download(Time time) throws InterruptedException {
        DownloadRequest request = new DownloadRequest(
                List.of(Source.of("/data/set")), temp.resolve("home"), false, temp.resolve("hashes"));
        try (S3Volume volume = volume(time)) {
            return new S3Transfer(volume, time)
                    .download(request, new Listener())
                    .orElseThrow();
        }
    }

    private Path onVolume() {
        return cloud.volume("local").resolve("data/set");
    }

    private interface Transfer {
        TransferReport run(Time time) throws InterruptedException;
    }

    /** Ten times; each keeps what the earlier ones finished. */
    private void interrupt(Transfer transfer, Path there) throws Exception {
        int interruptions = 0;
        for (int i = 0; i < INTERRUPTIONS; i++) {
            Map<Path, Object> finished = files(there);
            proxy.cutAfter(10_000 + random.nextInt(60_000_000));
            try {
                transfer.run(new Impatient());
            } catch (InterruptedException ctrlC) {
                interruptions++;
            }
            Thread.interrupted();
            proxy.cutNoMore();
            assertThat(files(there)).containsAllEntriesOf(finished);
            assertThatNothingIsHalfVisible(there);
        }
        assertThat(interruptions).isPositive();
    }

    private void assertThatNothingIsHalfVisible(Path there) throws Exception {
        for (Path file : files(there).keySet()) {
            assertThat(there.resolve(file)).hasSameBinaryContentAs(tree.root().resolve(file.toString()));
        }
    }

    /** What is visible, each with the number by which its file system knows it: a file that is put again has another. */
    private static Map<Path, Object> files(Path folder) throws Exception {
        Map<Path, Object> inodes = new HashMap<>();
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    if (!file.getFileName().toString().startsWith(LocalTree.HIDDEN)) {
                        inodes.put(folder.relativize(file), Files.getAttribute(file, "unix:ino"));
                    }
                }
            }
        }
        return inodes;
    }

    @Test
    void tenInterruptedUploadsAndOneMoreGiveTheSameTreeAndSendNoFinishedFileAgain() throws Exception {
        interrupt(this::upload, onVolume());
        Map<Path, Object> finished = files(onVolume());

        TransferReport report = upload(new SystemTime());

        assertThat(report.omissions()).isEmpty();
        assertThat(files(onVolume())).hasSameSizeAs(files(tree.root())).containsAllEntriesOf(finished);
        assertThatNothingIsHalfVisible(onVolume());
    }

    /** Ctrl+C as soon as the first of the files in parts is there; a small one never is. */
    private final class StoppedByThen extends Listener {
        @Override
        public void moved(Movement movement) {
            if (Files.exists(onVolume().resolve("a-large.bin"))) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void fileThatWentInPartsIsKnownAgainAfterAnInterruption() throws Exception {
        tree = new Tree(temp.resolve("few/set")).with("a-large.bin", IN_PARTS).with("b.wav", 30_000);
        cloud.cloud().inject(Fault.always(Fault.Kind.SERVER_ERROR).on("s3-put-object"));
        assertThatThrownBy(() -> upload(new SystemTime(), new StoppedByThen()))
                .isInstanceOf(InterruptedException.class);
        Map<Path, Object> finished = files(onVolume());
        cloud.cloud().clearFaults();

        upload(new SystemTime());

        assertThat(finished).containsOnlyKeys(Path.of("a-large.bin"));
        assertThat(files(onVolume())).hasSize(2).containsAllEntriesOf(finished);
    }

    @Test
    void withoutItsRecordAFileThatWentInPartsIsKnownByItsTag() throws Exception {
        Files.delete(tree.file("b-large.bin"));
        upload(new SystemTime());
        Files.delete(temp.resolve("record"));

        TransferReport report = upload(new SystemTime());

        assertThat(report.unchanged()).isEqualTo(22);
    }

    @Test
    void tenInterruptedDownloadsAndOneMoreGiveTheSameTreeAndFetchNoFinishedFileAgain() throws Exception {
        upload(new SystemTime());
        Path home = temp.resolve("home/set");
        interrupt(this::download, home);
        Map<Path, Object> finished = files(home);

        TransferReport report = download(new SystemTime());

        assertThat(report.omissions()).isEmpty();
        assertThat(files(home)).hasSameSizeAs(files(tree.root())).containsAllEntriesOf(finished);
        assertThatNothingIsHalfVisible(home);
    }
}
