package dev.podtrain.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the user reads for each kind of wrong setting. */
class BadSettingsTest {
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
                "GPU_COUNT=0|is out of range; expected a whole number from 1 to 16, for example GPU_COUNT=1",
                "GPU_COUNT=17|is out of range; expected a whole number from 1 to 16",
                "GPU_COUNT=two|is not a whole number",
                "GPU_COUNT=1.5|is not a whole number",
                "GPU_COUNT=-1|is not a whole number",
                "GPU_COUNT=99999999999|is not a whole number",
                "GPU_TYPE=A,,B|has an empty entry; expected GPU names separated by commas",
                "CONTAINER_DISK_GB=50GB|is not a whole number; expected a whole number of GB",
                "VOLUME_GB=9|is out of range",
                "CLOUD_TYPE=PRIVATE|is none of the possible words; expected SECURE, COMMUNITY or ALL",
                "DATA_CENTER=Romania|is not a list of data center ids; expected data center ids separated by commas",
                "MIN_CUDA_VERSION=12|is not a version of the form major.minor",
                "IMAGE=my image:1|is not the name of a container image",
                "SSH_KEY_PATH=nowhere/id|does not exist; expected a private key file that can be read",
                "SSH_KEY_PATH=keys|is not a file",
                "SSH_KEY_PATH=keys/id.pub|is a public key",
                "SSH_KEY_PATH=~/id|begins with ~/ but HOME is not set",
                "PROJECT_DIR=../up|contains '..'; expected a folder below /workspace on the pod",
                "PROJECT_DIR=/root/x|is an absolute path",
                "PROJECT_DIR=/workspace/|names no folder below",
                "PROJECT_DIR=logs|is taken: /workspace/logs has another purpose",
                "PROJECT_DIR=.pod-train/x|is taken: /workspace/.pod-train has another purpose",
                "CODE_SYNC=rsync|is none of the possible words; expected tree or git, for example CODE_SYNC=tree",
                "TRAIN_COMMAND=python 'train.py|has a quote that is not closed",
                "TRAIN_COMMAND=python \"it's|has a quote that is not closed",
                "RESUME_ARG=--from {checkpoint} \\|ends in a backslash",
                "CHECKPOINT_GLOB=/tmp/*|is an absolute path",
                "CHECKPOINT_GLOB=../*|contains '..'",
                "CHECKPOINT_GLOB=**/x|contains '**'",
                "OUTPUT_DIR_KEY=a..b|is not a dotted key; expected key names joined by dots",
                "REQUIREMENTS=nowhere.txt|is no file in the project",
                "REQUIREMENTS=../r.txt|contains '..'",
                "MAX_RUNTIME=30|has no unit (s, m, h or d); expected a duration up to 365d",
                "MAX_RUNTIME=1m1h|is not a duration such as 90s, 30m, 1h30m or 2d",
                "MAX_RUNTIME=1.5h|is not a duration",
                "MAX_RUNTIME=-5m|is not a duration",
                "MAX_RUNTIME=366d|is out of range",
                "MAX_RUNTIME=forever|is not a duration",
                "BOOT_GRACE=0|is out of range; expected a duration from 1s to 1d",
                "GUARD_INTERVAL=1h|is out of range",
                "MAX_COST=$20|is not an amount of money such as 25 or 25.50",
                "MAX_COST=1e3|is not an amount of money",
                "MAX_COST=100001|is out of range",
                "ON_EXIT=sleep|is none of the possible words; expected stop, terminate or keep",
                "POD_ID=pod 1|is not an id; expected the id of a pod",
                "POD_ID=../x|is not an id",
                "RUNPOD_API_URL=api.runpod.io|is not an address with scheme and host",
                "RUNPOD_API_URL=http://api.runpod.io|would send keys unencrypted; expected an https address",
                "RUNPOD_API_URL=https://api.runpod.io/v2|ends in /v2, which is added to it",
                "RUNPOD_API_URL=https://localhost.example.org:bad|is not an address",
                "RUNPOD_GRAPHQL_URL=http://localhost.example.org/|would send keys unencrypted",
                "RUNPOD_GRAPHQL_URL=https://a.org/?api_key=x|has a user, a query or a fragment",
                "HF_ENDPOINT=ftp://a.org|would send keys unencrypted",
            })
    void valueIsNamedWithItsPlaceAndWhatIsExpected(String line, String reason) {
        project.with("keys/id.pub", "ssh-ed25519 AAAA\n");
        EnvLine assignment = new EnvLine(line.split("=", 2)[0], line.split("=", 2)[1]);
        project.withSettings(assignment.print());

        Problem problem = problem();

        assertThat(problem.why())
                .startsWith(assignment.name() + "='" + assignment.value() + "' (" + project.folder()
                        + "/.runpod.env:3) " + reason)
                .contains("for example " + assignment.name() + "=")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '¤',
            value = {
                "HF_TOKEN|has no '='",
                "HF_TOKEN: canary|has no '='",
                "HF TOKEN=canary|does not begin with a name",
                "HF_TOKEN='canary|has a single quote that is not closed on its line",
                "HF_TOKEN=\"canary|has a double quote that is not closed on its line",
                "HF_TOKEN='canary' canary|has text behind the closing quote",
                "RUNPOD_API_KEY=canary|sets RUNPOD_API_KEY again, after line 1; keep one of the two",
            })
    void malformedLineIsNamedWithoutWhatItSays(String line, String reason) {
        project.withSettings(line + "\n");

        Problem problem = problem();

        assertThat(problem.why())
                .startsWith(project.folder() + "/.runpod.env:3 " + reason)
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '¤',
            value = {
                "RUNPOD_API_KEY,RUNPOD_API_KEY is missing: neither the environment nor .runpod.env sets it; expected your RunPod API key",
                "NETWORK_VOLUME_ID,NETWORK_VOLUME_ID is missing: neither the environment nor .runpod.env sets it",
            })
    void missingValueIsNamedWithItsForm(String key, String reason) {
        project.with(".runpod.env", Project.ACCOUNT.replaceAll("(?m)^" + key + ".*\n", ""));

        assertThat(problem().why()).startsWith(reason).hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "00 01 02|:1:1 is not a text file: control character U+0000",
                "41 3D 62 0A 1B 5B|:2:1 is not a text file: control character U+001B",
                "41 3D 62 0A 42 3D FF|:2:3 is not UTF-8 text",
                "FF FE 41 00|:1:1 is not UTF-8 text",
            })
    void fileThatIsNoTextIsNamedWithThePlace(String hex, String reason) throws IOException {
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
        Files.write(project.folder().resolve(".runpod.env"), bytes);

        assertThat(problem().why()).isEqualTo(project.folder() + "/.runpod.env" + reason);
    }

    @Test
    void hugeFileIsRefused() throws IOException {
        Files.writeString(project.folder().resolve(".runpod.env"), "# 345678\n".repeat(200_000));

        assertThat(problem().why()).endsWith(".runpod.env is larger than 1 MB");
    }

    @Test
    void folderInPlaceOfTheFileIsRefused() throws IOException {
        Files.createDirectory(project.folder().resolve(".runpod.env"));

        assertThat(problem().why()).endsWith(".runpod.env is a folder, not a file");
    }

    @Test
    void linkToNothingIsRefused() throws IOException {
        Files.createSymbolicLink(project.folder().resolve(".runpod.env"), Path.of("nowhere"));

        assertThat(problem().why()).endsWith(".runpod.env is a link that leads to no file");
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void deviceIsRefusedAndNotRead() throws IOException {
        Path link = Files.createSymbolicLink(project.folder().resolve(".runpod.env"), Path.of("/dev/zero"));

        Problem problem = problem();

        Files.delete(link);
        assertThat(problem.why()).endsWith(".runpod.env is not a regular file");
    }

    @Test
    void unreadableFileIsRefused() throws IOException {
        assumeFalse(System.getProperty("user.name").equals("root"), "root may read everything");
        project.withSettings("");
        Files.setPosixFilePermissions(
                project.folder().resolve(".runpod.env"), PosixFilePermissions.fromString("---------"));

        assertThat(problem().why()).endsWith(".runpod.env cannot be read: permission denied");
    }

    @Test
    void unreadableSshKeyIsRefused() throws IOException {
        assumeFalse(System.getProperty("user.name").equals("root"), "root may read everything");
        project.with("id", "key").withSettings("SSH_KEY_PATH=id\n");
        Files.setPosixFilePermissions(project.folder().resolve("id"), PosixFilePermissions.fromString("---------"));

        assertThat(problem().why()).contains("cannot be read: permission denied");
    }

    @Test
    void missingProjectFolderIsRefused() {
        Path missing = project.folder().resolve("missing");

        assertThatThrownBy(() -> new SettingsLoader(Map.of()).load(missing, Map.of(), true))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("the project folder " + missing + " does not exist or is not a folder");
    }

    @Test
    void folderNameThatIsTakenOnThePodIsRefused() throws IOException {
        Path data = Files.createDirectory(parent.resolve("data"));

        assertThatThrownBy(() -> new SettingsLoader(Map.of()).load(data, Map.of(), true))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("PROJECT_DIR is missing, and the folder's own name 'data' is taken")
                .hasMessageContaining("for example PROJECT_DIR=my-project");
    }

    @Test
    void longValueIsCutAndControlCharactersAreVisible() {
        project.withSettings("ON_EXIT=\"\\n" + "x".repeat(200) + "\"\n");

        assertThat(problem().why()).startsWith("ON_EXIT='\\u000A" + "x".repeat(79) + "…' (");
    }

    private Problem problem() {
        ProblemException thrown = assertThrows(ProblemException.class, () -> project.load());
        assertThat(thrown.problem().kind()).isEqualTo(Problem.Kind.USAGE);
        assertThat(thrown.problem().left()).isEqualTo("nothing was rented");
        assertThat(thrown.problem().next()).isNotBlank();
        return thrown.problem();
    }
}
