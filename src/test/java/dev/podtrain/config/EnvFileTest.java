package dev.podtrain.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvFileTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve(".runpod.env");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            quoteCharacter = '¤',
            value = {
                "¤¤|POD_ID=new~",
                "A=b~|A=b~POD_ID=new~",
                "A=b|A=b~POD_ID=new~",
                "A=b\r~|A=b\r~POD_ID=new\r~",
                "POD_ID=old|POD_ID=new",
                "A=b~POD_ID=old~C=d~|A=b~POD_ID=new~C=d~",
                "A=b\r~POD_ID=old\r~C=d\r~|A=b\r~POD_ID=new\r~C=d\r~",
                "  export POD_ID = 'old'  # mine~|  export POD_ID = new  # mine~",
                "POD_ID= # none yet~|POD_ID=new # none yet~",
                "POD_ID=~|POD_ID=new~",
                "POD_ID=\"broken~A=b~|POD_ID=new~A=b~",
                "# POD_ID=old~|# POD_ID=old~POD_ID=new~",
                "MY_POD_ID=x~|MY_POD_ID=x~POD_ID=new~",
                "POD_ID=1~POD_ID=2~|POD_ID=new~POD_ID=new~",
                "ï»¿POD_ID=old~|ï»¿POD_ID=new~",
                "ï»¿A=b~|ï»¿A=b~POD_ID=new~",
                "ï»¿|ï»¿POD_ID=new~",
            })
    void podIdIsWrittenAndTheRestKept(String before, String after) throws IOException {
        Files.writeString(file, before.replace('~', '\n'), ISO_8859_1);

        EnvFile.writePodId(file, "new");

        assertThat(Files.readString(file, ISO_8859_1)).isEqualTo(after.replace('~', '\n'));
    }

    @Test
    void missingFileIsMadeForItsOwnerOnly() throws IOException {
        EnvFile.writePodId(file, "abc");

        assertThat(file).hasContent("POD_ID=abc\n");
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @ParameterizedTest
    @CsvSource({"rw-------", "rw-r-----", "rw-rw-r--"})
    void modeOfTheFileIsKept(String mode) throws IOException {
        Files.writeString(file, "A=b\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        EnvFile.writePodId(file, "abc");

        assertThat(mode(file)).isEqualTo(mode);
    }

    @Test
    void linkGoesOnLeadingToTheFile() throws IOException {
        Path target = Files.createDirectory(folder.resolve("elsewhere")).resolve("settings");
        Files.writeString(target, "A=b\n");
        Files.createSymbolicLink(file, Path.of("elsewhere/settings"));

        EnvFile.writePodId(file, "abc");

        assertThat(file).isSymbolicLink();
        assertThat(target).hasContent("A=b\nPOD_ID=abc\n");
    }

    @Test
    void removedPodIdLeavesAnEmptyValue() throws IOException {
        Files.writeString(file, "A=b\nPOD_ID='abc' # mine\nC=d\n");

        EnvFile.removePodId(file);

        assertThat(file).hasContent("A=b\nPOD_ID= # mine\nC=d\n");
    }

    @Test
    void removingWhereNoneIsSetTouchesNothing() {
        EnvFile.removePodId(file);

        assertThat(file).doesNotExist();
    }

    @Test
    void samePodIdAgainIsNotWritten() throws IOException {
        Files.writeString(file, "POD_ID=abc\n");
        FileTime longAgo = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(file, longAgo);

        EnvFile.writePodId(file, "abc");

        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
    }

    @Test
    void onlyTheFileIsLeftInItsFolder() throws IOException {
        Files.writeString(file, "A=b\n");

        EnvFile.writePodId(file, "abc");

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void writersAtOnceLeaveAWholeFile() throws Exception {
        String settings =
                IntStream.range(0, 200).mapToObj(i -> "KEY_" + i + "=value\n").reduce("", String::concat);
        Files.writeString(file, settings + "POD_ID=none\n");
        ExecutorService writers = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> writes = IntStream.range(0, 60)
                    .mapToObj(i -> (Callable<Void>) () -> {
                        EnvFile.writePodId(file, "pod" + i);
                        assertThat(Files.readString(file)).startsWith(settings).matches("(?s).*\nPOD_ID=pod\\d+\n");
                        return null;
                    })
                    .toList();

            for (Future<Void> write : writers.invokeAll(writes, 2, TimeUnit.MINUTES)) {
                write.get();
            }
        } finally {
            writers.shutdownNow();
        }
        assertThat(Files.readString(file)).startsWith(settings).matches("(?s).*\nPOD_ID=pod\\d+\n");
    }

    @Test
    void whatSomebodySavedMeanwhileIsNotOverwritten() throws Exception {
        Files.writeString(file, "A=saved\n");

        boolean replaced =
                EnvFileUpdate.replaced(file, "A=read\n".getBytes(UTF_8), "A=read\nPOD_ID=abc\n".getBytes(UTF_8));

        assertThat(replaced).isFalse();
        assertThat(file).hasContent("A=saved\n");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void missingFolderIsAProblemThatNamesThePod() {
        Path lost = folder.resolve("gone").resolve(".runpod.env");

        assertThatThrownBy(() -> EnvFile.writePodId(lost, "abc")).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().kind()).isEqualTo(Problem.Kind.FAILED);
            assertThat(e.problem().what()).contains("POD_ID=abc");
            assertThat(e.problem().why()).contains("gone/.runpod.env").contains("folder is missing");
            assertThat(e.problem().next()).contains("POD_ID=abc");
        });
    }

    @Test
    void folderThatCannotBeWrittenIsAProblem() throws IOException {
        assumeFalse(System.getProperty("user.name").equals("root"), "root may write everywhere");
        Files.writeString(file, "A=b\n");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));
        try {
            assertThatThrownBy(() -> EnvFile.writePodId(file, "abc"))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("permission denied");
            assertThat(file).hasContent("A=b\n");
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void linkToNothingIsAProblem() throws IOException {
        Files.createSymbolicLink(file, folder.resolve("nowhere"));

        assertThatThrownBy(() -> EnvFile.writePodId(file, "abc"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("is a link that leads to no file");
    }

    @Test
    void folderInPlaceOfTheFileIsAProblem() throws IOException {
        Files.createDirectory(file);

        assertThatThrownBy(() -> EnvFile.writePodId(file, "abc"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("is a folder");
    }

    @ParameterizedTest
    @CsvSource({"''", "a b", "'a\nB=c'", "$(x)"})
    void whatIsNoPodIdIsNotWritten(String id) {
        assertThatThrownBy(() -> EnvFile.writePodId(file, id)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void entriesKnowTheirLines() throws IOException {
        Files.writeString(file, "\uFEFF# comment\r\nA=b\r\n\r\nexport C='d'", UTF_8);

        EnvFile read = EnvFile.read(file);

        assertThat(read.faults()).isEmpty();
        assertThat(read.entries()).isEqualTo(Map.of("A", new EnvFile.Entry("b", 2), "C", new EnvFile.Entry("d", 4)));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
