package dev.podtrain.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class UploadIT {
    @TempDir
    private static Path shared;

    private static Host host;
    private Path temp;

    private Tree tree;

    @BeforeAll
    static void startHost() throws Exception {
        host = new Host(shared);
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    @BeforeEach
    void start() throws Exception {
        temp = Files.createTempDirectory(shared, "test");
        host.moveTo(temp);
        tree = new Tree(temp.resolve("here/set"));
    }

    private TransferReport send() throws InterruptedException {
        return host.send(tree.root().toString());
    }

    private Map<String, String> arrived() {
        return Tree.contents(host.folder().resolve("set"));
    }

    @Test
    void folderArrivesAsItIs() throws Exception {
        tree.with("a.wav", 30_000)
                .with("deep/er/b.wav", 0)
                .with("large.bin", 20_000_000)
                .withFolder("empty")
                .withLink("latest", "deep/er");
        Files.setPosixFilePermissions(tree.file("a.wav"), PosixFilePermissions.fromString("rwxr-xr-x"));

        TransferReport report = send();

        assertThat(report.omissions()).isEmpty();
        assertThat(arrived()).isEqualTo(Tree.contents(tree.root()));
        assertThat(report.files()).isEqualTo(3);
        assertThat(report.bytes()).isEqualTo(20_030_000);
    }

    @Test
    void oddNamesArriveAsTheyAre() throws Exception {
        tree.with("with space", 1)
                .with("line\nbreak", 2)
                .with("-rf", 3)
                .with("ünï/日本 😀.wav", 4)
                .with("back\\slash\"quote'", 5)
                .with("x".repeat(255), 5_000_000)
                .with("~", 6);

        assertThat(send().omissions()).isEmpty();

        assertThat(arrived()).isEqualTo(Tree.contents(tree.root()));
    }

    @Test
    void slashAtTheEndSendsTheContentsOnly() throws Exception {
        tree.with("a", 10);

        host.send(tree.root() + "/");

        assertThat(Tree.contents(host.folder())).containsOnlyKeys("", "a");
    }

    @Test
    void withoutTheSystemsSshTheSessionCarriesTheData() throws Exception {
        tree.with("a", 10).with("large.bin", 20_000_000);

        host.transfer("no-such-program").upload(host.upload(tree.root().toString()), new Listener());

        assertThat(arrived()).isEqualTo(Tree.contents(tree.root()));
    }

    @Test
    void secondTransferSendsNothing() throws Exception {
        tree.with("a", 100).with("b", 10_000_000);
        send();

        TransferReport report = send();

        assertThat(report.files()).isZero();
        assertThat(report.unchanged()).isEqualTo(2);
    }

    @Test
    void onlyWhatDiffersIsSent() throws Exception {
        tree.with("a", 100).with("b", 100);
        send();
        tree.with("b", 101).with("c", 5);

        assertThat(send().files()).isEqualTo(2);

        assertThat(arrived()).isEqualTo(Tree.contents(tree.root()));
    }

    @Test
    void fileOfSameContentButOtherTimeOnlyGetsTheTime() throws Exception {
        tree.with("a", 100).with("b", 100);
        send();
        Files.setLastModifiedTime(tree.file("a"), FileTime.fromMillis(1_000_000_000_123L));

        TransferReport report = send();

        assertThat(report.files()).isZero();
        assertThat(arrived()).isEqualTo(Tree.contents(tree.root()));
    }

    @Test
    void checksumFindsAChangeThatSizeAndTimeHide() throws Exception {
        tree.with("a", "one");
        send();
        FileTime time = Files.getLastModifiedTime(tree.file("a"));
        tree.with("a", "two");
        Files.setLastModifiedTime(tree.file("a"), time);

        UploadRequest plain = host.upload(tree.root().toString());
        UploadRequest checked =
                new UploadRequest(plain.sources(), plain.remoteDir(), true, false, false, plain.hashCache());
        int sent = host.transfer().upload(checked, new Listener()).orElseThrow().files();

        assertThat(sent).isEqualTo(1);
        assertThat(Files.readString(host.folder().resolve("set/a"))).isEqualTo("two");
    }

    @Test
    void linkOutOfTheFolderArrivesAsWhatItLeadsTo() throws Exception {
        new Tree(temp.resolve("elsewhere")).with("x/deep", "far away").with("y", "also far");
        tree.withLink("folder", "../../elsewhere/x")
                .withLink("file", temp.resolve("elsewhere/y").toString());

        assertThat(send().omissions()).isEmpty();

        assertThat(Files.readString(host.folder().resolve("set/folder/deep"))).isEqualTo("far away");
        assertThat(Files.readString(host.folder().resolve("set/file"))).isEqualTo("also far");
    }

    @Test
    void linkThatLeadsNowhereOrInACircleIsNamed() throws Exception {
        tree.with("a", 1)
                .withLink("lost", "nowhere")
                .withLink("circle", temp.resolve("here").toString());

        TransferReport report = send();

        assertThat(report.omissions())
                .extracting(TransferReport.Omission::path)
                .containsExactlyInAnyOrder("set/lost", "set/circle");
        assertThat(arrived()).containsOnlyKeys("", "a");
    }

    @Test
    void namedPipeIsLeftOutAndNamed() throws Exception {
        tree.with("a", 1);
        new ProcessBuilder("mkfifo", tree.file("pipe").toString()).start().waitFor();

        assertThat(send().omissions())
                .containsExactly(new TransferReport.Omission("set/pipe", "it is neither a file, a folder nor a link"));
    }

    @Test
    void unreadableFileIsNamedAndTheOthersArrive() throws Exception {
        assumeFalse(System.getProperty("user.name").equals("root"), "skipped: root may read everything");
        tree.with("a", 1).with("secret", 5).with("secrets/b", 5);
        Files.setPosixFilePermissions(tree.file("secret"), PosixFilePermissions.fromString("---------"));

        assertThat(send().omissions()).containsExactly(new TransferReport.Omission("set/secret", "permission denied"));

        assertThat(arrived()).doesNotContainKey("secret").containsKey("a");
    }

    @Test
    void fileThatChangesMeanwhileIsNamedAndNotHalfVisible() throws Exception {
        tree.with("growing", 50_000_000);
        AtomicBoolean changed = new AtomicBoolean();
        Listener listener = new Listener() {
            @Override
            public void moved(Movement movement) {
                changeOnce(changed);
            }

            @Override
            public boolean compared(Comparison comparison) {
                changeOnce(changed);
                return true;
            }
        };

        TransferReport report = host.transfer()
                .upload(host.upload(tree.root().toString()), listener)
                .orElseThrow();

        assertThat(report.omissions())
                .containsExactly(new TransferReport.Omission("set/growing", "it changes while it is read"));
        assertThat(arrived()).containsOnlyKeys("");
    }

    private void changeOnce(AtomicBoolean changed) {
        if (!changed.getAndSet(true)) {
            try {
                Files.writeString(tree.file("growing"), "more", StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void smallFileThatWasSavedJustNowIsSentAsItIsNow() throws Exception {
        tree.with("notes", "old");
        Listener listener = new Listener() {
            @Override
            public boolean compared(Comparison comparison) {
                try {
                    tree.with("notes", "newer and longer");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                return true;
            }
        };

        host.transfer().upload(host.upload(tree.root().toString()), listener);

        assertThat(arrived()).isEqualTo(Tree.contents(tree.root()));
    }

    @Test
    void nothingIsPutThroughALinkThatIsWhereAFolderShouldBe() throws Exception {
        tree.with("sub/deep/a", 1).with("b", 1);
        Path elsewhere = Files.createDirectories(temp.resolve("elsewhere"));
        Path deep = Files.createDirectories(elsewhere.resolve("deep"));
        new Tree(host.folder()).withFolder("set").withLink("set/sub", elsewhere.toString());

        TransferReport report = send();

        assertThat(report.omissions())
                .containsExactly(new TransferReport.Omission("set/sub", "something that is no folder is there"));
        assertThat(deep).isEmptyDirectory();
        assertThat(host.folder().resolve("set/b")).exists();
    }

    @Test
    void folderInTheWayOfAFileIsNamedAndLeftAlone() throws Exception {
        tree.with("a", 1).with("b", 1);
        new Tree(host.folder()).with("set/a/precious", "mine").withFolder("set/b");

        TransferReport report = send();

        assertThat(report.omissions())
                .containsExactly(new TransferReport.Omission("set/a", "a folder with something in it is there"));
        assertThat(host.folder().resolve("set/a/precious")).exists();
        assertThat(host.folder().resolve("set/b")).isRegularFile();
    }

    private UploadRequest deleting() {
        UploadRequest plain = host.upload(tree.root().toString());
        return new UploadRequest(plain.sources(), plain.remoteDir(), false, true, false, plain.hashCache());
    }

    @Test
    void extrasAreListedFirstAndDeletedWhenAskedFor() throws Exception {
        tree.with("a", 1);
        new Tree(host.folder()).with("set/old/x", 1).with("set/y", 1).with("beside/z", 1);
        Listener listener = new Listener();

        TransferReport report = host.transfer().upload(deleting(), listener).orElseThrow();

        assertThat(listener.comparisons.get(0).extras()).containsExactly("set/y", "set/old/x", "set/old");
        assertThat(report.deleted()).isEqualTo(3);
        assertThat(arrived()).isEqualTo(Tree.contents(tree.root()));
        assertThat(host.folder().resolve("beside/z")).exists();
    }

    @Test
    void extrasStayUnlessAskedFor() throws Exception {
        tree.with("a", 1);
        new Tree(host.folder()).with("set/y", 1);

        send();

        assertThat(host.folder().resolve("set/y")).exists();
    }

    @Test
    void nothingIsDeletedWhenSomethingCouldNotBeSent() throws Exception {
        tree.with("a", 1).withLink("lost", "nowhere");
        new Tree(host.folder()).with("set/lost", "the only copy");
        Listener listener = new Listener();

        host.transfer().upload(deleting(), listener);

        assertThat(host.folder().resolve("set/lost")).exists();
        assertThat(listener.warnings).contains("nothing was deleted, because not everything could be sent");
    }

    @Test
    void refusedComparisonChangesNothing() throws Exception {
        tree.with("a", 1);
        Listener listener = new Listener() {
            @Override
            public boolean compared(Comparison comparison) {
                return false;
            }
        };

        assertThat(host.transfer().upload(host.upload(tree.root().toString()), listener))
                .isEmpty();

        assertThat(host.folder()).doesNotExist();
    }

    @Test
    void sourceThatIsNotThereStopsItBeforeAnythingIsSent() {
        assertThatThrownBy(() -> host.send(temp.resolve("missing").toString()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().why()).isEqualTo("there is no such file or folder"));
        assertThat(host.folder()).doesNotExist();
    }

    @Test
    void twoSourcesOfOneNameAreRefused() throws Exception {
        Tree other = new Tree(temp.resolve("other/set")).with("b", 1);
        tree.with("a", 1);

        assertThatThrownBy(() -> host.send(tree.root().toString(), other.root().toString()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("under the name 'set'");
    }

    @Test
    void progressReachesTheEnd() throws Exception {
        tree.with("a", 100).with("large.bin", 9_000_000);
        Listener listener = new Listener();

        host.transfer().upload(host.upload(tree.root().toString()), listener);

        TransferListener.Movement last = listener.movements.get(listener.movements.size() - 1);
        assertThat(List.of(last.bytes(), last.totalBytes())).containsOnly(9_000_100L);
        assertThat(List.of(last.files(), last.totalFiles())).containsOnly(2);
    }
}
