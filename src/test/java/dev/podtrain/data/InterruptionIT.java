package dev.podtrain.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.podtrain.base.ProblemException;
import dev.podtrain.ssh.ChaosProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transfers that are broken off: at random bytes, by a full disk, by a connection that falls silent. */
@Timeout(300)
final class InterruptionIT {
    private static final int INTERRUPTIONS = 10;

    @TempDir
    private Path temp;

    private final Random random = new Random(20_26);

    @Test
    void tenInterruptedUploadsAndOneMoreGiveTheSameTreeAndSendNoFinishedFileAgain() throws Exception {
        Tree tree = sample(temp.resolve("here/set"));
        try (Host host = new Host(temp);
                ChaosProxy proxy = new ChaosProxy(host.sshd().port())) {
            host.through(proxy.port());
            Path there = host.folder().resolve("set");
            for (int i = 0; i < INTERRUPTIONS; i++) {
                Map<String, Object> finished = inodes(there);
                proxy.cutAfter(20_000 + random.nextInt(12_000_000));
                try {
                    host.transferOnce("ssh").upload(host.upload(tree.root().toString()), new Listener());
                } catch (ProblemException expected) {
                    assertThat(expected.problem().left()).contains("none is half-visible");
                }
                proxy.cutNoMore();
                assertThat(inodes(there)).containsAllEntriesOf(finished);
                assertThatNothingIsHalfVisible(there, tree.root());
            }
            Map<String, Object> finished = inodes(there);

            TransferReport report = host.transfer()
                    .upload(host.upload(tree.root().toString()), new Listener())
                    .orElseThrow();

            assertThat(report.omissions()).isEmpty();
            assertThat(Tree.contents(there)).isEqualTo(Tree.contents(tree.root()));
            assertThat(inodes(there)).containsAllEntriesOf(finished);
        }
    }

    @Test
    void tenInterruptedDownloadsAndOneMoreGiveTheSameTreeAndFetchNoFinishedFileAgain() throws Exception {
        try (Host host = new Host(temp);
                ChaosProxy proxy = new ChaosProxy(host.sshd().port())) {
            Tree tree = sample(host.folder().resolve("set"));
            Path here = temp.resolve("here/set");
            host.through(proxy.port());
            for (int i = 0; i < INTERRUPTIONS; i++) {
                Map<String, Object> finished = inodes(here);
                // Towards the host go requests only: the greetings, the keys and some kilobytes.
                proxy.cutAfter(10_000 + random.nextInt(60_000));
                try {
                    host.transferOnce("ssh")
                            .download(
                                    host.download(
                                            temp.resolve("here"), tree.root().toString()),
                                    new Listener());
                } catch (ProblemException expected) {
                    assertThat(expected.problem().left()).contains("none is half-visible");
                }
                proxy.cutNoMore();
                assertThat(inodes(here)).containsAllEntriesOf(finished);
                assertThatNothingIsHalfVisible(here, tree.root());
            }
            Map<String, Object> finished = inodes(here);

            host.transfer()
                    .download(host.download(temp.resolve("here"), tree.root().toString()), new Listener());

            assertThat(Tree.contents(here)).isEqualTo(Tree.contents(tree.root()));
            assertThat(inodes(here)).containsAllEntriesOf(finished);
        }
    }

    @Test
    void lostConnectionIsReplacedAndTheTransferGoesOn() throws Exception {
        Tree tree = sample(temp.resolve("here/set"));
        try (Host host = new Host(temp);
                ChaosProxy proxy = new ChaosProxy(host.sshd().port())) {
            host.through(proxy.port());
            Listener listener = new Listener() {
                private boolean cut;

                @Override
                public void moved(Movement movement) {
                    if (!cut && movement.bytes() > 0) {
                        cut = true;
                        proxy.cut();
                    }
                }
            };

            host.transfer().upload(host.upload(tree.root().toString()), listener);

            assertThat(Tree.contents(host.folder().resolve("set"))).isEqualTo(Tree.contents(tree.root()));
        }
    }

    @Test
    void rangesThatArrivedAreNotSentAgain() throws Exception {
        Tree tree = new Tree(temp.resolve("here/set")).with("large.bin", 60_000_000);
        try (Host host = new Host(temp);
                ChaosProxy proxy = new ChaosProxy(host.sshd().port())) {
            host.through(proxy.port());
            proxy.cutAfter(45_000_000);
            assertThatThrownBy(() -> host.transferOnce("ssh")
                            .upload(host.upload(tree.root().toString()), new Listener()))
                    .isInstanceOf(ProblemException.class);
            proxy.cutNoMore();
            // Whoever received is still at it for a moment.
            host.sshd().awaitQuiet();
            long arrived = noted(hidden(host.folder().resolve("set"), ".ranges"));

            TransferReport report = host.send(tree.root().toString());

            assertThat(arrived).isPositive();
            assertThat(report.bytes()).isEqualTo(60_000_000 - arrived);
            assertThat(Tree.contents(host.folder().resolve("set"))).isEqualTo(Tree.contents(tree.root()));
        }
    }

    @Test
    void partThatNoLongerHoldsWhatItsJournalSaysIsSentAgain() throws Exception {
        Tree tree = new Tree(temp.resolve("here/set")).with("large.bin", 40_000_000);
        try (Host host = new Host(temp);
                ChaosProxy proxy = new ChaosProxy(host.sshd().port())) {
            host.through(proxy.port());
            proxy.cutAfter(30_000_000);
            assertThatThrownBy(() -> host.transferOnce("ssh")
                            .upload(host.upload(tree.root().toString()), new Listener()))
                    .isInstanceOf(ProblemException.class);
            proxy.cutNoMore();
            host.sshd().awaitQuiet();
            Path part = hidden(host.folder().resolve("set"), ".part");
            byte[] damaged = Files.readAllBytes(part);
            damaged[100] ^= 1;
            Files.write(part, damaged);

            host.send(tree.root().toString());

            assertThat(Tree.contents(host.folder().resolve("set"))).isEqualTo(Tree.contents(tree.root()));
        }
    }

    @Test
    void fullDiskIsSaidAndNothingIsHalfVisible() throws Exception {
        Tree tree = new Tree(temp.resolve("here/set"))
                .with("a", 1_000_000)
                .with("b", 3_000_000)
                .with("c", 3_000_000);
        Path disk = Files.createDirectories(temp.resolve("host/data"));
        String small =
                "unshare -m sh -c 'mount -t tmpfs -o size=4m tmpfs " + disk + " && eval \"$SSH_ORIGINAL_COMMAND\"'";
        assumeTrue(new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0, "skipped: no mount namespaces");
        try (Host host = new Host(temp, "ForceCommand " + small)) {
            assertThatThrownBy(() -> host.send(tree.root() + "/")).isInstanceOfSatisfying(ProblemException.class, e -> {
                assertThat(e.problem().what()).isEqualTo("no space is left on the receiving side");
                assertThat(e.problem().left()).contains("no file is half-visible");
            });
        }
    }

    @Test
    void ctrlCEndsATransferThatWaitsForASilentHost() throws Exception {
        Tree tree = new Tree(temp.resolve("here/set")).with("large.bin", 40_000_000);
        try (Host host = new Host(temp);
                ChaosProxy proxy = new ChaosProxy(host.sshd().port())) {
            host.through(proxy.port());
            CountDownLatch begun = new CountDownLatch(1);
            Listener listener = new Listener() {
                @Override
                public boolean compared(Comparison comparison) {
                    proxy.fallSilent();
                    begun.countDown();
                    return true;
                }
            };
            AtomicReference<Throwable> end = new AtomicReference<>();
            DataTransfer direct = host.directTransfer();
            Thread transfer = new Thread(() -> {
                try {
                    direct.upload(host.upload(tree.root().toString()), listener);
                } catch (InterruptedException | RuntimeException e) {
                    end.set(e);
                }
            });
            transfer.start();
            begun.await();

            transfer.interrupt();
            transfer.join(60_000);

            assertThat(end.get()).isInstanceOf(InterruptedException.class);
            assertThat(host.folder().resolve("set/large.bin")).doesNotExist();
        }
    }

    private static Tree sample(Path root) throws IOException {
        Tree tree =
                new Tree(root).withFolder("empty").with("one.bin", 18_000_000).with("two.bin", 9_000_000);
        for (int i = 0; i < 300; i++) {
            tree.with("clips/" + i % 7 + "/clip " + i + ".wav", 20_000 + 37 * i);
        }
        return tree;
    }

    /** By path of each visible file: what changes when it is written again. */
    private static Map<String, Object> inodes(Path folder) throws IOException {
        while (true) {
            try {
                return inodesNow(folder);
            } catch (UncheckedIOException | NoSuchFileException e) {
                // The host is still putting away what was under way: look again.
                Thread.onSpinWait();
            }
        }
    }

    private static Map<String, Object> inodesNow(Path folder) throws IOException {
        Map<String, Object> inodes = new TreeMap<>();
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : (Iterable<Path>) files.filter(InterruptionIT::isVisibleFile)::iterator) {
                    inodes.put(folder.relativize(file).toString(), Files.getAttribute(file, "unix:ino"));
                }
            }
        }
        return inodes;
    }

    private static boolean isVisibleFile(Path file) {
        return Files.isRegularFile(file) && !file.getFileName().toString().startsWith(".pod-train-");
    }

    private static Path hidden(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** How many bytes a journal has as arrived: a heading, then offset and length of each range. */
    private static long noted(Path journal) throws IOException {
        return Files.readAllLines(journal).stream()
                .skip(1)
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*, |]", "")))
                .sum();
    }

    private static void assertThatNothingIsHalfVisible(Path copy, Path original) throws IOException {
        for (String path : inodes(copy).keySet()) {
            assertThat(copy.resolve(path)).hasSameBinaryContentAs(original.resolve(path));
        }
    }
}
