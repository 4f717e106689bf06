package dev.podtrain.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the user reads for each kind of wrong training config; none may hang or exhaust memory. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BadTrainingConfigTest {
    @TempDir
    Path parent;

    private Project project;

    @BeforeEach
    void makeProject() {
        project = Project.in(parent);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '¤',
            value = {
                "training:~\tlr: 1|a.yaml:2:1 is not valid YAML: found character '\\t(TAB)'",
                "a: [1, 2|a.yaml:1:9 is not valid YAML",
                "a: b: c|a.yaml:1:5 is not valid YAML: mapping values are not allowed here",
                "output_dir: a~output_dir: b|a.yaml:2:1 is not valid YAML: found duplicate key output_dir",
                "a: {b: 1, b: 2}|a.yaml:1:11 is not valid YAML: found duplicate key b",
                "a: *nothing|a.yaml:1:4 is not valid YAML: found undefined alias nothing",
                "a: 1~---~b: 2|a.yaml:2:1 is not valid YAML: expected a single document in the stream, but found another document",
                "¤¤|a.yaml is empty",
                "# nothing|a.yaml is empty",
                "null|a.yaml is empty",
                "- a~- b|a.yaml:1:1 is not a mapping of names to values at its top",
                "just text|a.yaml:1:1 is not a mapping of names to values at its top",
                "a: !!python/object:os.system {}|a.yaml:1:4 is not valid YAML: Global tag is not allowed: tag:yaml.org,2002:python/object:os.system",
                "a: !!javax.script.ScriptEngineManager []|a.yaml:1:4 is not valid YAML: Global tag is not allowed",
                "a: !mine 1|a.yaml:1:4 has the tag '!mine' where a config has plain values only",
                "a: !!int [1]|a.yaml:1:4 has the tag",
                "a: !!set {b}|a.yaml:1:4 has the tag",
                "? [a, b]~: c|a.yaml:1:3 has a list or a mapping as a name",
                "a: &a [*a]|a.yaml:1:4 contains itself",
                "a: &a~  <<: *a|a.yaml:1:4 contains itself",
                "a: &a 1~<<: *a|a.yaml:1:4 is not valid YAML: expected a mapping or list of mappings for merging",
                "a: \u0085\uFFFE|a.yaml:1:5 contains a character YAML forbids",
            })
    void yamlIsNamedWithLineAndColumn(String yaml, String reason) {
        project.with("a.yaml", yaml.replace('~', '\n'));

        Problem problem = problem("a.yaml", null);

        assertThat(problem.what()).isEqualTo("could not use the training config a.yaml");
        assertThat(problem.why()).startsWith(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '¤',
            value = {
                "output_dir: ../out|a.yaml:1:13 sets output_dir to '../out', which contains '..'",
                "output_dir: a/../../b|a.yaml:1:13 sets output_dir to 'a/../../b', which contains '..'",
                "output_dir: /tmp/out|which lies outside the project's folder on the pod, /workspace/my-project/",
                "output_dir: /workspace/my-project2/x|which lies outside the project's folder on the pod",
                "output_dir: /workspace/my-project|which names no folder below the one it starts from",
                "output_dir: /workspace/my-project/../x|which contains '..'",
                "output_dir: .|which names no folder below the one it starts from",
                "output_dir: ./|which names no folder below the one it starts from",
                "output_dir: ''|a.yaml:1:13 gives output_dir a value that is no text or an empty one",
                "output_dir:|a.yaml:1:12 gives output_dir a value that is no text",
                "output_dir: 5|a.yaml:1:13 gives output_dir a value that is no text",
                "output_dir: yes|a.yaml:1:13 gives output_dir a value that is no text",
                "output_dir: 2024-01-01|a.yaml:1:13 gives output_dir a value that is no text",
                "output_dir: [a]|a.yaml:1:13 gives output_dir a value that is no text",
                "output_dir: {a: b}|a.yaml:1:13 gives output_dir a value that is no text",
                "output_dir: ~/out|which begins with '~', which means nothing on the pod",
                "output_dir: '${base}/out'|which contains a ${…} that only the trainer could fill in",
                "output_dir: \"a\\nb\"|sets output_dir to 'a\\u000Ab', which contains a character that cannot be printed",
                "a:~  b: 1~  output_dir: ../x|a.yaml:3:15 sets a.output_dir to '../x'",
            })
    void outputFolderIsNamedWithItsPlace(String yaml, String reason) {
        project.with("a.yaml", yaml.replaceAll("~(?!/)", "\n"));

        Problem problem = problem("a.yaml", null);

        assertThat(problem.what()).isEqualTo("could not use the output folder of the training config");
        assertThat(problem.why()).contains(reason);
        assertThat(problem.next()).contains("output_dir: outputs/first-run");
    }

    @Test
    void missingOutputFolderIsExplainedWithAnExample() {
        project.with("a.yaml", "outputdir: x\na: {b: {output_dir: deep}}\n");

        Problem problem = problem("a.yaml", null);

        assertThat(problem.what()).isEqualTo("could not find the output folder in a.yaml");
        assertThat(problem.why()).endsWith("has the name output_dir (it has 'outputdir')");
        assertThat(problem.next()).contains("output_dir: outputs/first-run").contains("OUTPUT_DIR_KEY");
    }

    @Test
    void severalOutputFoldersAreNamed() {
        project.with("a.yaml", "output_dir: x\na: {output_dir: y}\nb: {output_dir: z}\n");

        Problem problem = problem("a.yaml", null);

        assertThat(problem.why()).isEqualTo("it has output_dir and a.output_dir and b.output_dir");
        assertThat(problem.next()).contains("OUTPUT_DIR_KEY=output_dir");
    }

    @ParameterizedTest
    @CsvSource({"a.nothing", "a.output_dir.deeper", "nothing"})
    void keySettingThatNamesNothingIsRefused(String key) {
        project.with("a.yaml", "a: {output_dir: y}\n");

        assertThat(problem("a.yaml", key).why()).isEqualTo("OUTPUT_DIR_KEY=" + key + " names nothing in it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "61 3A 20 62 0A 00|a.yaml:2:1 is not a text file: control character U+0000",
                "7F 45 4C 46|a.yaml:1:1 is not a text file: control character U+007F",
                "61 3A 0A 20 C3 28|a.yaml:2:2 is not UTF-8 text",
                "FF FE 61 00|a.yaml:1:1 is not UTF-8 text",
            })
    void fileThatIsNoTextIsNamedWithThePlace(String hex, String why) throws IOException {
        Files.write(
                project.folder().resolve("a.yaml"), HexFormat.ofDelimiter(" ").parseHex(hex));

        assertThat(problem("a.yaml", null).why()).isEqualTo(why);
    }

    @Test
    void missingFileIsNamed() {
        assertThat(problem("configs/none.yaml", null).why()).isEqualTo("configs/none.yaml does not exist");
    }

    @Test
    void folderIsRefused() throws IOException {
        Files.createDirectory(project.folder().resolve("a.yaml"));

        assertThat(problem("a.yaml", null).why()).isEqualTo("a.yaml is a folder, not a file");
    }

    @Test
    void deviceIsRefusedAndNotRead() {
        assertThat(problem("/dev/zero", null).why()).isEqualTo("/dev/zero is not a regular file");
    }

    @Test
    void unreadableFileIsRefused() throws IOException {
        assumeFalse(System.getProperty("user.name").equals("root"), "root may read everything");
        project.with("a.yaml", "output_dir: out\n");
        Files.setPosixFilePermissions(project.folder().resolve("a.yaml"), PosixFilePermissions.fromString("---------"));

        assertThat(problem("a.yaml", null).why()).isEqualTo("a.yaml cannot be read: permission denied");
    }

    @Test
    void fileOutsideTheProjectIsRefused() throws IOException {
        Files.writeString(parent.resolve("a.yaml"), "output_dir: out\n");

        assertThat(problem("../a.yaml", null).why()).startsWith("../a.yaml lies outside the project");
    }

    @Test
    void linkThatLeadsOutOfTheProjectIsRefused() throws IOException {
        Files.writeString(parent.resolve("a.yaml"), "output_dir: out\n");
        Files.createSymbolicLink(project.folder().resolve("link.yaml"), parent.resolve("a.yaml"));

        assertThat(problem("link.yaml", null).why()).startsWith("link.yaml lies outside the project");
    }

    @Test
    void configInItsOwnOutputFolderIsRefused() {
        project.with("out/a.yaml", "output_dir: out\n");

        assertThat(problem("out/a.yaml", null).why()).startsWith("out/a.yaml lies in its own output folder out");
    }

    @Test
    void hugeFileIsRefused() {
        project.with("a.yaml", "# 345678\n".repeat(400_000));

        assertThat(problem("a.yaml", null).why()).isEqualTo("a.yaml is larger than 3 MB");
    }

    @Test
    void bombOfAliasesIsRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ",").repeat(9) + "x]\n");
        }
        project.with("a.yaml", bomb.toString());

        assertThat(problem("a.yaml", null).why()).startsWith("a.yaml goes beyond a limit: Number of aliases");
    }

    @Test
    void deepNestingIsRefused() {
        project.with("a.yaml", "a: " + "[".repeat(1_000_000));

        assertThat(problem("a.yaml", null).why()).startsWith("a.yaml goes beyond a limit: Nesting Depth exceeded");
    }

    @Test
    void messageDoesNotQuoteTheFile() {
        project.with("a.yaml", "wandb_key: CANARY\nbad: [\n");

        Problem problem = problem("a.yaml", null);

        assertThat(problem.toString()).doesNotContain("CANARY");
    }

    private Problem problem(String file, @Nullable String outputDirKey) {
        ProblemException thrown = assertThrows(
                ProblemException.class,
                () -> TrainingConfig.read(project.folder(), Path.of(file), TrainingConfigTest.training(outputDirKey)));
        assertThat(thrown.problem().kind()).isEqualTo(Problem.Kind.USAGE);
        assertThat(thrown.problem().left()).isEqualTo("nothing was rented");
        return thrown.problem();
    }
}
