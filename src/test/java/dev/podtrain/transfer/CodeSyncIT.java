package dev.podtrain.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.SystemTime;
import dev.podtrain.ssh.ChaosProxy;
import dev.podtrain.ssh.MinaClient;
import dev.podtrain.ssh.SshClient;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import dev.podtrain.ssh.SshdFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class CodeSyncIT {
    private static final SystemTime TIME = new SystemTime();
    private static SshdFixture server;
    private static SshClient client;
    private static SshSession session;

    private final RecordedProgress progress = new RecordedProgress();
    private final Path around;
    private final Path project;
    private final Path remote;

    CodeSyncIT(@TempDir Path folder) throws IOException {
        around = folder;
        project = Files.createDirectory(folder.resolve("local"));
        remote = folder.resolve("volume/remote");
        // Keeps the scan from asking git, which is another test's subject.
        write("train.py", "print('training')\n");
    }

    @BeforeAll
    static void connect(@TempDir Path serverFolder) throws Exception {
        server = SshdFixture.start(serverFolder);
        client = new MinaClient(TIME);
        session = client.connect(server.target(), soon());
    }

    @AfterEach
    void awaitReceivers() throws InterruptedException {
        // Or one would still write into the folder that is removed now.
        server.awaitQuiet();
    }

    @AfterAll
    static void disconnect() {
        if (client != null) {
            client.close();
            server.close();
        }
    }

    private static Deadline soon() {
        return Deadline.in(TIME, Duration.ofSeconds(60));
    }

    private Path write(String path, String content) throws IOException {
        Path file = project.resolve(path);
        Files.createDirectories(file.resolveSibling(""));
        return Files.writeString(file, content);
    }

    private CodeTree scan(String... excluded) throws InterruptedException {
        return CodeTree.scan(project, List.of(excluded), around.resolve("hashes"), progress);
    }

    private String manifest() {
        return around.resolve("volume/.state/code.json").toString();
    }

    private SyncReport sync(String... excluded) throws Exception {
        return sync(session, scan(excluded));
    }

    private SyncReport sync(SshSession over, CodeTree tree) throws Exception {
        return new CodeSync().sync(over, tree, remote.toString(), manifest(), soon(), progress);
    }

    /** Every file and link of a folder, with its content. */
    private static SortedMap<String, String> contents(Path folder) throws IOException {
        SortedMap<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> !Files.isDirectory(file) || Files.isSymbolicLink(file))
                    .forEach(file -> contents.put(folder.relativize(file).toString(), describe(file)));
        }
        return contents;
    }

    private static String describe(Path file) {
        try {
            return Files.isSymbolicLink(file)
                    ? "-> " + Files.readSymbolicLink(file)
                    : (Files.isExecutable(file) ? "x " : "  ") + Files.size(file) + " " + Sha256.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void firstSyncBringsEverything() throws Exception {
        write("pkg/sub/a.py", "a");
        write("pkg/same.py", "a");
        write("empty", "");
        Files.setPosixFilePermissions(write("run.sh", "#!/bin/sh\n"), PosixFilePermissions.fromString("rwx------"));
        Files.createSymbolicLink(project.resolve("link.py"), Path.of("pkg/sub/a.py"));
        Files.createSymbolicLink(project.resolve("pkg/linked"), Path.of("sub"));

        SyncReport report = sync();

        assertThat(contents(remote)).isEqualTo(contents(project));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(remote.resolve("run.sh"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(report).isEqualTo(new SyncReport(4, 18 + 1 + 10, 0, false));
    }

    @Test
    void secondSyncHasNothingToDo() throws Exception {
        Files.createSymbolicLink(project.resolve("link.py"), Path.of("train.py"));
        sync();

        assertThat(sync()).isEqualTo(new SyncReport(0, 0, 0, true));
    }

    @Test
    void onlyChangedContentsTravel() throws Exception {
        write("pkg/a.py", "a");
        sync();
        write("pkg/a.py", "changed");

        assertThat(sync()).isEqualTo(new SyncReport(1, 7, 0, false));
        assertThat(contents(remote)).isEqualTo(contents(project));
    }

    @Test
    void executableBitFollows() throws Exception {
        sync();
        Files.setPosixFilePermissions(project.resolve("train.py"), PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(sync()).isEqualTo(new SyncReport(0, 0, 0, false));
        assertThat(remote.resolve("train.py")).isExecutable();
    }

    @Test
    void deletedFilesAndEmptiedFoldersGo() throws Exception {
        Path file = write("pkg/sub/a.py", "a");
        sync();
        Files.delete(file);

        assertThat(sync()).isEqualTo(new SyncReport(0, 0, 1, false));
        assertThat(remote.resolve("pkg")).doesNotExist();
    }

    @Test
    void filesOfTheHostAreLeftAlone() throws Exception {
        Path file = write("pkg/a.py", "a");
        sync();
        Files.writeString(remote.resolve("pkg/result.txt"), "of the training");
        Files.createDirectories(remote.resolve("output/checkpoint-1"));
        Files.delete(file);

        sync();

        assertThat(remote.resolve("pkg/result.txt")).hasContent("of the training");
        assertThat(remote.resolve("output/checkpoint-1")).isDirectory();
    }

    @Test
    void whatBecomesOutputIsNotDeleted() throws Exception {
        write("output/checkpoint-1/weights", "w");
        sync();

        assertThat(sync("output")).isEqualTo(new SyncReport(0, 0, 0, true));
        assertThat(remote.resolve("output/checkpoint-1/weights")).hasContent("w");
    }

    @Test
    void fileChangedOnTheHostIsRestoredAndNamed() throws Exception {
        write("a.py", "right");
        sync();
        FileTime time = Files.getLastModifiedTime(remote.resolve("a.py"));
        Files.writeString(remote.resolve("a.py"), "wrong");
        Files.setLastModifiedTime(remote.resolve("a.py"), time);

        assertThat(sync().filesSent()).isEqualTo(1);
        assertThat(remote.resolve("a.py")).hasContent("right");
        assertThat(progress.warnings)
                .singleElement()
                .asString()
                .startsWith("replaced")
                .contains("a.py");
    }

    @Test
    void deletedFileThatWasChangedOnTheHostIsKeptAndNamed() throws Exception {
        Path file = write("results.json", "{}");
        sync();
        Files.writeString(remote.resolve("results.json"), "{\"accuracy\":0.9}");
        Files.delete(file);

        sync();

        assertThat(remote.resolve("results.json")).hasContent("{\"accuracy\":0.9}");
        assertThat(progress.warnings)
                .singleElement()
                .asString()
                .startsWith("kept")
                .contains("results.json");
    }

    @Test
    void filesFoldersAndLinksTakeEachOthersPlaces() throws Exception {
        write("file-to-folder", "x");
        write("folder-to-file/x", "x");
        write("folder-to-link/x", "x");
        Files.createSymbolicLink(project.resolve("link-to-folder"), Path.of("folder-to-file"));
        Files.createSymbolicLink(project.resolve("link-to-file"), Path.of("train.py"));
        sync();
        TestGit.sh(project, "rm -r file-to-folder folder-to-file folder-to-link link-to-folder link-to-file");
        write("file-to-folder/x", "1");
        write("folder-to-file", "2");
        Files.createSymbolicLink(project.resolve("folder-to-link"), Path.of("file-to-folder"));
        write("link-to-folder/x", "3");
        write("link-to-file", "4");

        sync();

        assertThat(contents(remote)).isEqualTo(contents(project));
        assertThat(remote.resolve("train.py")).hasContent("print('training')");
    }

    @Test
    void unusualNamesArrive() throws Exception {
        for (String name :
                List.of(" lead", "-rf", "a b", "it's \"quoted\"", "new\nline", "ünï€😀", "~", "$HOME", "{")) {
            write(name, name);
        }

        sync();

        assertThat(contents(remote)).isEqualTo(contents(project));
    }

    @Test
    void linkOnTheHostIsNotWrittenThrough() throws Exception {
        Path elsewhere = Files.createDirectories(around.resolve("elsewhere"));
        Files.createDirectories(remote);
        Files.createSymbolicLink(remote.resolve("data"), elsewhere);
        write("data/x", "x");

        assertThatThrownBy(this::sync)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(remote.resolve("data").toString());
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void pathThatLeadsOutIsRefused() throws Exception {
        for (String path : List.of("../evil", "/tmp/evil", "a/../../evil", "", "a//b", ".pod-train-incoming/x")) {
            CodeTree tree = CodeTree.of(project, List.of(new CodeFile.Link(path, "train.py")), List.of());

            assertThatThrownBy(() -> sync(session, tree))
                    .as(path)
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("leads out");
        }
        assertThat(around.resolve("volume/evil")).doesNotExist();
    }

    @Test
    void fileThatChangesAfterTheScanIsNotPutInPlace() throws Exception {
        write("a.py", "old");
        sync();
        write("a.py", "new");
        CodeTree tree = scan();
        for (String later : List.of("NEW", "shorter".substring(0, 1))) {
            write("a.py", later);

            assertThatThrownBy(() -> sync(session, tree))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("a.py");
            assertThat(remote.resolve("a.py")).hasContent("old");
        }
    }

    @Test
    void lostManifestCostsTheKnowledgeOfDeletionsOnly() throws Exception {
        Path file = write("a.py", "a");
        sync();
        Files.writeString(Path.of(manifest()), "{\"torn");
        Files.delete(file);

        assertThat(sync().filesSent()).isZero();
        assertThat(remote.resolve("a.py")).exists();
        assertThat(sync().unchanged()).isTrue();
    }

    @Test
    void interruptedSyncIsCompletedByTheNext() throws Exception {
        Random random = new Random(20261123);
        for (int round = 0; round < 12; round++) {
            TestGit.sh(project, "rm -rf gen-* train.py");
            for (int i = 0; i < 60; i++) {
                write("gen-" + random.nextInt(5) + "/" + random.nextInt(100), "x".repeat(random.nextInt(60_000)) + i);
            }
            CodeTree tree = scan();
            cutInTheMiddle(tree, random.nextInt(250));
        }

        sync();

        assertThat(contents(remote)).isEqualTo(contents(project));
    }

    private void cutInTheMiddle(CodeTree tree, int afterMillis) throws Exception {
        try (ChaosProxy proxy = new ChaosProxy(server.port());
                SshSession own = client.connect(server.target(proxy.port()), soon())) {
            Thread cutter = new Thread(() -> {
                try {
                    TIME.sleep(Duration.ofMillis(afterMillis));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                proxy.cut();
            });
            cutter.start();
            try {
                sync(own, tree);
            } catch (SshException e) {
                assertThat(e.isRetryable()).as(e.toString()).isTrue();
            }
            cutter.join();
        }
    }

    @Test
    void twoAtOnceTakeTurns() throws Exception {
        write("big", "x".repeat(3_000_000));
        CodeTree tree = scan();
        try (SshSession other = client.connect(server.target(), soon())) {
            Thread second = new Thread(() -> {
                try {
                    sync(other, tree);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            second.start();
            sync(session, tree);
            second.join();
        }

        assertThat(contents(remote)).isEqualTo(contents(project));
        assertThat(sync().unchanged()).isTrue();
    }

    @Test
    void fullDiskIsToldAndLeavesTheOldCode(@TempDir Path serverFolder) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "skipped: no bubblewrap");
        try (SshdFixture tiny = SshdFixture.start(
                        serverFolder,
                        "ForceCommand bwrap --dev-bind / / --size 1000000 --tmpfs /mnt sh -c \"$SSH_ORIGINAL_COMMAND\"");
                SshSession own = client.connect(tiny.target(), soon())) {
            write("big", "x".repeat(3_000_000));

            assertThatThrownBy(() ->
                            new CodeSync().sync(own, scan(), "/mnt/remote", "/mnt/.state/code.json", soon(), progress))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("no space is left");
        }
    }

    @Test
    void hostWithoutPythonIsTold(@TempDir Path serverFolder) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "skipped: no bubblewrap");
        Path empty = Files.createDirectory(around.resolve("empty"));
        try (SshdFixture bare = SshdFixture.start(
                        serverFolder,
                        "ForceCommand bwrap --dev-bind / / --tmpfs /root --bind /bin/dash " + empty
                                + "/sh --setenv PATH " + empty + " " + empty + "/sh -c \"$SSH_ORIGINAL_COMMAND\"");
                SshSession own = client.connect(bare.target(), soon())) {
            assertThatThrownBy(() -> sync(own, scan()))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("python3");
        }
    }

    @Test
    void deadlineEndsIt() throws Exception {
        CodeTree tree = scan();

        // A connection of its own: one on which a command is given up while it starts may break.
        try (SshSession own = client.connect(server.target(), soon())) {
            Deadline passed = Deadline.in(TIME, Duration.ofMillis(1));
            assertThatThrownBy(() -> new CodeSync().sync(own, tree, remote.toString(), manifest(), passed, progress))
                    .isInstanceOfSatisfying(
                            SshException.class, e -> assertThat(e.kind()).isEqualTo(SshException.Kind.TIMED_OUT));
        }
    }
}
