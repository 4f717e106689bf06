package dev.podtrain.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class DownloadIT {
    @TempDir
    private static Path shared;

    private static Host host;
    private Path temp;

    private Tree there;
    private Path here;

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
        there = new Tree(host.folder().resolve("out"));
        here = temp.resolve("home");
    }

    private TransferReport fetch() throws InterruptedException {
        return host.transfer()
                .download(host.download(here, there.root().toString()), new Listener())
                .orElseThrow();
    }

    @Test
    void folderComesHomeAsItIs() throws Exception {
        there.with("a b\n-c.json", 30_000)
                .with("checkpoint-400/ünï", 0)
                .with("model.safetensors", 20_000_000)
                .withFolder("empty")
                .withLink("latest", "checkpoint-400");

        TransferReport report = fetch();

        assertThat(report.omissions()).isEmpty();
        assertThat(Tree.contents(here.resolve("out"))).isEqualTo(Tree.contents(there.root()));
    }

    @Test
    void secondTimeFetchesOnlyWhatChanged() throws Exception {
        there.with("a", 100).with("b", 10_000_000).with("c", "same content");
        fetch();
        there.with("a", 101);
        Files.setLastModifiedTime(there.file("c"), FileTime.fromMillis(1_000_000_000_000L));

        assertThat(fetch().files()).isEqualTo(1);

        assertThat(Tree.contents(here.resolve("out"))).isEqualTo(Tree.contents(there.root()));
    }

    @Test
    void linkNamedOnTheCommandLineIsFollowed() throws Exception {
        there.with("runs/train.log", "epoch 1").withLink("current.log", "runs/train.log");

        host.transfer().download(host.download(here, there.file("current.log").toString()), new Listener());

        assertThat(Files.readString(here.resolve("current.log"))).isEqualTo("epoch 1");
    }

    @Test
    void linkOutOfWhatIsFetchedIsNamedAndNotMade() throws Exception {
        there.with("a", 1).withLink("out", "/etc/passwd").withLink("up", "../..");

        TransferReport report = fetch();

        assertThat(report.omissions())
                .extracting(TransferReport.Omission::path)
                .containsExactlyInAnyOrder("out/out", "out/up");
        assertThat(here.resolve("out/out")).doesNotExist();
    }

    @Test
    void nameThatIsNotUtf8IsNamed() throws Exception {
        there.with("a", 1);
        new ProcessBuilder(
                        "sh",
                        "-c",
                        "touch \"$(printf '%s/b\\377' \"$1\")\"",
                        "sh",
                        there.root().toString())
                .start()
                .waitFor();

        TransferReport report = fetch();

        assertThat(report.omissions())
                .extracting(TransferReport.Omission::reason)
                .containsExactly(LocalTree.NOT_UTF8);
        assertThat(here.resolve("out/a")).exists();
        new ProcessBuilder("sh", "-c", "rm \"$1\"/b*", "sh", there.root().toString())
                .start()
                .waitFor();
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertThatThrownBy(() -> fetchMissing()).isInstanceOfSatisfying(ProblemException.class, e -> assertThat(
                        e.problem().why())
                .isEqualTo("there is no such file or folder on the pod"));
    }

    private void fetchMissing() throws InterruptedException {
        host.transfer().download(host.download(here, there.root() + "/missing"), new Listener());
    }

    @Test
    void folderInTheWayOfAFileStays() throws Exception {
        there.with("a", 1).with("b", 1);
        new Tree(here).with("out/a/precious", "mine");

        TransferReport report = fetch();

        assertThat(report.omissions()).containsExactly(new TransferReport.Omission("out/a", "a folder is there"));
        assertThat(here.resolve("out/a/precious")).exists();
        assertThat(here.resolve("out/b")).exists();
    }

    @Test
    void nothingIsPutThroughALinkThatIsWhereAFolderShouldBe() throws Exception {
        there.with("sub/deep/a", 1).with("b", 1);
        Path elsewhere = Files.createDirectories(temp.resolve("elsewhere"));
        Path deep = Files.createDirectories(elsewhere.resolve("deep"));
        new Tree(here).withFolder("out").withLink("out/sub", elsewhere.toString());

        TransferReport report = fetch();

        assertThat(report.omissions())
                .containsExactly(new TransferReport.Omission("out/sub", "something that is no folder is there"));
        assertThat(deep).isEmptyDirectory();
        assertThat(here.resolve("out/b")).exists();
    }

    @Test
    void lyingHostPutsNothingOutsideOfTheDestination() {
        FarTree listing = new FarTree(
                Map.of(
                        "data/../../escaped", Entry.file("data/../../escaped", 1, 1, false),
                        "elsewhere/x", Entry.file("elsewhere/x", 1, 1, false),
                        "data/unannounced/x", Entry.file("data/unannounced/x", 1, 1, false)),
                0);
        Map<String, RemoteItem> items = new LinkedHashMap<>();

        new RemoteTree(new Source("/data", "data"), "data", here, new LeftOut()).add(listing, items);

        assertThat(items).isEmpty();
        assertThat(List.of(Source.of("/a/b/").name(), Source.of("/a/b").name())).containsExactly("", "b");
    }
}
