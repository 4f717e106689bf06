package dev.podtrain.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
final class CodeTreeIT {
    private static final String EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final RecordedProgress progress = new RecordedProgress();
    private final Path around;
    private final Path project;
    private final Path cache;

    CodeTreeIT(@TempDir Path folder) throws IOException {
        around = folder;
        project = Files.createDirectory(folder.resolve("project"));
        cache = folder.resolve("cache/hashes");
    }

    private CodeTree scan(String... excluded) throws InterruptedException {
        return CodeTree.scan(project, List.of(excluded), cache, progress);
    }

    private static Stream<String> paths(CodeTree tree) {
        return tree.files().stream().map(CodeFile::path);
    }

    private Path write(String path, String content) throws IOException {
        Path file = project.resolve(path);
        Files.createDirectories(file.resolveSibling(""));
        return Files.writeString(file, content);
    }

    private void git(String... arguments) throws IOException, InterruptedException {
        git(project, arguments);
    }

    private static void git(Path folder, String... arguments) throws IOException, InterruptedException {
        TestGit.run(folder, arguments);
    }

    @Test
    void workTreeIsWhatGitTracksAndWouldTrack() throws Exception {
        git("init");
        write(".gitignore", "*.log\n/data/\n");
        write("train.py", "");
        git("add", "-A");
        write("untracked.py", "");
        write("run.log", "");
        write("data/big.bin", "");
        write("pkg/data/kept.txt", "");

        assertThat(paths(scan())).containsExactly(".gitignore", "pkg/data/kept.txt", "train.py", "untracked.py");
    }

    @Test
    void folderWithoutGitFollowsItsIgnoreFiles() throws Exception {
        write(".gitignore", "*.log\n/data/\n!keep.log\n");
        write("pkg/.gitignore", "local.txt\n!special.log\n");
        write("train.py", "");
        write("run.log", "");
        write("keep.log", "");
        write("data/big.bin", "");
        write("pkg/data/kept.txt", "");
        write("pkg/local.txt", "");
        write("pkg/special.log", "");
        write("local.txt", "");

        assertThat(paths(scan()))
                .containsExactly(
                        ".gitignore",
                        "keep.log",
                        "local.txt",
                        "pkg/.gitignore",
                        "pkg/data/kept.txt",
                        "pkg/special.log",
                        "train.py");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void neverCodeIsLeftOut(boolean inGit) throws Exception {
        write("train.py", "");
        write(".runpod.env", "RUNPOD_API_KEY=x");
        write("sub/.runpod.env", "RUNPOD_API_KEY=x");
        write("pkg/__pycache__/a.pyc", "");
        write("my-env/pyvenv.cfg", "");
        write("my-env/lib/python/x.py", "");
        write("output/checkpoint-1/w.bin", "");
        write("output2/kept.txt", "");
        write("out/run/x", "");
        if (inGit) {
            git("init");
            git("add", "-A");
        }

        assertThat(paths(scan("output/", "./out/run"))).containsExactly("output2/kept.txt", "train.py");
    }

    @Test
    void projectInsideALargerRepositoryIsOnlyItself() throws Exception {
        git(around, "init");
        Files.writeString(around.resolve("outside.py"), "");
        Files.writeString(around.resolve(".gitignore"), "*.tmp\ncache\n");
        write("train.py", "");
        write("x.tmp", "");

        assertThat(paths(scan())).containsExactly("train.py");
    }

    @Test
    void projectThatALargerRepositoryIgnoresIsStillSent() throws Exception {
        git(around, "init");
        Files.writeString(around.resolve(".gitignore"), "*\n");
        write("train.py", "");

        assertThat(paths(scan())).containsExactly("train.py");
    }

    @Test
    void filesOfRepositoriesInsideBelongToTheProject() throws Exception {
        git("init");
        write("train.py", "");
        write("library/lib.py", "");
        write("library/.gitignore", "*.o\n");
        write("library/lib.o", "");
        git(project.resolve("library"), "init");

        assertThat(paths(scan())).containsExactly("library/.gitignore", "library/lib.py", "train.py");
    }

    @Test
    void filesOfSubmodulesBelongToTheProject() throws Exception {
        Path other = Files.createDirectory(project.resolveSibling("other"));
        git(other, "init");
        Files.writeString(other.resolve("lib.py"), "");
        git(other, "add", "-A");
        git(other, "commit", "-m", "library");
        git("init");
        write("train.py", "");
        git("-c", "protocol.file.allow=always", "submodule", "add", other.toString(), "modules/lib");

        assertThat(paths(scan())).containsExactly(".gitmodules", "modules/lib/lib.py", "train.py");
    }

    @Test
    void trackedFileThatWasDeletedIsNotMissed() throws Exception {
        git("init");
        write("train.py", "");
        Path old = write("old.py", "");
        git("add", "-A");
        Files.delete(old);

        assertThat(paths(scan())).containsExactly("train.py");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void unusualNamesAreKept(boolean inGit) throws Exception {
        List<String> names =
                List.of(" lead", "-rf", "a b", "it's \"quoted\"", "new\nline", "tab\there", "ünï€😀", "~", "$HOME");
        for (String name : names) {
            write(name, "");
        }
        if (inGit) {
            git("init");
        }

        assertThat(paths(scan())).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void nameThatIsNotUtf8IsRefusedByName() throws Exception {
        write("train.py", "");
        TestGit.sh(project, "touch \"$(printf 'caf\\351.py')\"");

        assertThatThrownBy(this::scan).isInstanceOf(ProblemException.class).hasMessageContaining("caf");

        git("init");
        assertThatThrownBy(this::scan).isInstanceOf(ProblemException.class).hasMessageContaining("caf");
    }

    @Test
    void fileIsDescribedByContentAndExecutableBit() throws Exception {
        write("a.txt", "");
        Files.setPosixFilePermissions(write("run.sh", ""), PosixFilePermissions.fromString("rwx------"));

        assertThat(scan().files())
                .containsExactly(
                        new CodeFile.Regular("a.txt", 0, false, EMPTY_SHA256),
                        new CodeFile.Regular("run.sh", 0, true, EMPTY_SHA256));
    }

    @Test
    void linksInsideAreKeptAndThoseLeadingOutAreNamed() throws Exception {
        write("pkg/a.py", "");
        Files.createSymbolicLink(project.resolve("relative"), Path.of("pkg/a.py"));
        Files.createSymbolicLink(project.resolve("pkg/absolute"), project.resolve("pkg"));
        Files.createSymbolicLink(project.resolve("out"), Path.of("../elsewhere"));

        assertThat(scan().files())
                .contains(new CodeFile.Link("relative", "pkg/a.py"), new CodeFile.Link("pkg/absolute", "."))
                .hasSize(3);
        assertThat(progress.warnings).singleElement().asString().contains("out -> ../elsewhere");
    }

    @Test
    void whatIsNoFileIsNamed() throws Exception {
        write("train.py", "");
        TestGit.sh(project, "mkfifo pipe");

        assertThat(paths(scan())).containsExactly("train.py");
        assertThat(progress.warnings).singleElement().asString().contains("pipe");
    }

    @Test
    void treeHashTellsEveryDifference() throws Exception {
        Path file = write("a", "1");
        String original = scan().treeHash();

        Files.writeString(file, "2");
        String otherContent = scan().treeHash();
        Files.writeString(file, "1");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        String otherMode = scan().treeHash();
        Files.move(file, project.resolve("b"));
        String otherName = scan().treeHash();
        Files.move(project.resolve("b"), file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(List.of(original, otherContent, otherMode, otherName)).doesNotHaveDuplicates();
        assertThat(scan().treeHash()).isEqualTo(original).hasSize(64);
    }

    @Test
    void changeOfTheSameSizeIsSeen() throws Exception {
        Path file = write("a.txt", "one");
        FileTime time = Files.getLastModifiedTime(file);
        String first = scan().treeHash();

        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, time);

        assertThat(scan().treeHash()).isNotEqualTo(first);
    }

    @Test
    void brokenCacheIsIgnored() throws Exception {
        write("a.txt", "one");
        String first = scan().treeHash();
        Files.writeString(cache, "garbage");

        assertThat(scan().treeHash()).isEqualTo(first);
    }

    @Test
    void largeFilesAreNamedWithTheLineToIgnoreThem() throws Exception {
        git("init");
        write("train.py", "");
        makeLarge("data/mnist[1].bin");
        makeLarge("tracked.bin");
        git("add", "tracked.bin");

        assertThatThrownBy(this::scan).isInstanceOfSatisfying(ProblemException.class, e -> {
            Problem problem = e.problem();
            assertThat(problem.kind()).isEqualTo(Problem.Kind.USAGE);
            assertThat(problem.why()).isEqualTo("data/mnist[1].bin (101 MB), tracked.bin (101 MB)");
            assertThat(problem.next())
                    .isEqualTo(
                            "send data with pod-sync-data, and add to .gitignore:\n  /data/mnist\\[1].bin\n"
                                    + "  /tracked.bin\nand take what git tracks out of it:\n  git rm --cached -- 'tracked.bin'");
        });
    }

    @Test
    void ignoreLineNamesTheFileAndNothingElse() throws Exception {
        git("init");
        for (String name : List.of("a*b", "q?", "[x]", "back\\slash", "end ", "!bang", "#hash", "in ner/ü")) {
            write(name, "");
            write(".gitignore", LargeFiles.ignoreLine(name) + "\n");

            assertThat(paths(scan())).as(name).doesNotContain(name);
        }
        assertThat(paths(scan())).contains("a*b", "[x]", "#hash");
    }

    private void makeLarge(String path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(write(path, "").toFile(), "rw")) {
            file.setLength(101_000_000);
        }
    }

    @Test
    void unreadableFileIsNamed() throws Exception {
        assumeFalse(System.getProperty("user.name").equals("root"), "skipped: root can read every file");
        Files.setPosixFilePermissions(write("secret.txt", "x"), PosixFilePermissions.fromString("---------"));

        assertThatThrownBy(this::scan)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("secret.txt")
                .hasMessageContaining("permission denied");
    }

    @Test
    void emptyProjectIsAUsageProblem() {
        assertThatThrownBy(this::scan).isInstanceOfSatisfying(ProblemException.class, e -> assertThat(
                        e.problem().kind())
                .isEqualTo(Problem.Kind.USAGE));
    }
}
