package dev.podtrain.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Secret;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
    @TempDir
    Path parent;

    private Project project;

    @BeforeEach
    void makeProject() {
        project = Project.in(parent);
    }

    @Test
    void keyAndVolumeAreEnough() {
        Settings settings = project.withSettings("").load();

        assertThat(settings.account())
                .isEqualTo(new Account(
                        Secret.of("rpa_KEY"),
                        "vol1",
                        null,
                        URI.create("https://api.runpod.io"),
                        URI.create("https://api.runpod.io/graphql")));
        assertThat(settings.pod())
                .isEqualTo(new PodSettings(
                        List.of("NVIDIA RTX A5000"),
                        1,
                        List.of(),
                        CloudChoice.SECURE,
                        "runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404",
                        50,
                        50,
                        5,
                        "12.8",
                        null));
        assertThat(settings.training())
                .isEqualTo(new TrainSettings(
                        "my-project",
                        CodeSync.TREE,
                        "python scripts/train.py --config {config} {resume}",
                        "--resume_from_checkpoint {checkpoint}",
                        "checkpoint-*",
                        null,
                        null));
        assertThat(settings.limits())
                .isEqualTo(new Limits(
                        Duration.ZERO,
                        BigDecimal.ZERO,
                        BigDecimal.ZERO,
                        Duration.ofMinutes(30),
                        Duration.ofMinutes(30),
                        Duration.ofMinutes(15),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(5),
                        OnExit.STOP));
        assertThat(settings.retries()).isEqualTo(new Retries(null, Duration.ZERO, Set.of()));
        assertThat(settings.tensorboard()).isEqualTo(new TensorboardSettings(6006, null));
        assertThat(settings.secrets()).isEmpty();
        assertThat(settings.podEnvironment()).isEmpty();
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void everySettingOfTheFileArrives() {
        project.with("requirements/gpu.txt", "torch\n").with("keys/id", "key");
        Settings settings = project.withSettings("""
                        POD_ID=pod1
                        RUNPOD_API_URL=http://127.0.0.1:8080/
                        RUNPOD_GRAPHQL_URL=https://example.org/gql
                        GPU_TYPE=NVIDIA L40S, NVIDIA H100 80GB HBM3
                        GPU_COUNT=16
                        DATA_CENTER=eu-ro-1,US-KS-2
                        CLOUD_TYPE=all
                        IMAGE=ghcr.io/me/image:1.0
                        CONTAINER_DISK_GB=60
                        VOLUME_GB=10
                        MIN_FREE_GB=20
                        MIN_CUDA_VERSION=12.4
                        SSH_KEY_PATH=keys/id
                        PROJECT_DIR=/workspace/team/speech/
                        CODE_SYNC=git
                        TRAIN_COMMAND='accelerate launch "my train.py" {config} {resume}'
                        RESUME_ARG='--ckpt {checkpoint}'
                        CHECKPOINT_GLOB=checkpoints/step_*
                        OUTPUT_DIR_KEY=trainer.out
                        REQUIREMENTS=requirements/gpu.txt
                        MAX_RUNTIME=1d12h
                        MAX_COST=25.50
                        MAX_PRICE_PER_HOUR=0.80
                        RECOVER=2
                        RETRY_EXIT_CODES=137, 139
                        WAIT_FOR_CAPACITY=12h
                        IDLE_TIMEOUT=0
                        BOOT_GRACE=20m
                        READY_TIMEOUT=10m
                        SAVE_GRACE=2m30s
                        GUARD_INTERVAL=1s
                        RETRY_PAUSE=1s
                        ON_EXIT=Terminate
                        DATA_PATHS=data/train, clips,list.jsonl
                        HF_TOKEN=hf_T
                        GROK_API_KEY=xai-T
                        GITHUB_TOKEN=ghp_T
                        RUNPOD_S3_ACCESS_KEY=user_T
                        RUNPOD_S3_SECRET_KEY=rps_T
                        RUNPOD_S3_URL=http://127.0.0.1:9000/s3/
                        HF_ENDPOINT=https://hf-mirror.com/
                        """).load();

        assertThat(settings.account())
                .isEqualTo(new Account(
                        Secret.of("rpa_KEY"),
                        "vol1",
                        "pod1",
                        URI.create("http://127.0.0.1:8080"),
                        URI.create("https://example.org/gql")));
        assertThat(settings.pod())
                .isEqualTo(new PodSettings(
                        List.of("NVIDIA L40S", "NVIDIA H100 80GB HBM3"),
                        16,
                        List.of("EU-RO-1", "US-KS-2"),
                        CloudChoice.ALL,
                        "ghcr.io/me/image:1.0",
                        60,
                        10,
                        20,
                        "12.4",
                        project.folder().resolve("keys/id")));
        assertThat(settings.training())
                .isEqualTo(new TrainSettings(
                        "team/speech",
                        CodeSync.GIT,
                        "accelerate launch \"my train.py\" {config} {resume}",
                        "--ckpt {checkpoint}",
                        "checkpoints/step_*",
                        "trainer.out",
                        "requirements/gpu.txt"));
        assertThat(settings.limits())
                .isEqualTo(new Limits(
                        Duration.ofHours(36),
                        new BigDecimal("25.50"),
                        new BigDecimal("0.80"),
                        Duration.ZERO,
                        Duration.ofMinutes(20),
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(150),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        OnExit.TERMINATE));
        assertThat(settings.retries()).isEqualTo(new Retries(2, Duration.ofHours(12), Set.of(137, 139)));
        assertThat(settings.data())
                .isEqualTo(new DataSettings(
                        List.of("data/train", "clips", "list.jsonl"),
                        new DataSettings.S3Keys(Secret.of("user_T"), Secret.of("rps_T")),
                        URI.create("http://127.0.0.1:9000/s3")));
        assertThat(settings.secrets())
                .isEqualTo(Map.of(
                        "HF_TOKEN", Secret.of("hf_T"),
                        "GROK_API_KEY", Secret.of("xai-T"),
                        "GITHUB_TOKEN", Secret.of("ghp_T"),
                        "RUNPOD_S3_ACCESS_KEY", Secret.of("user_T"),
                        "RUNPOD_S3_SECRET_KEY", Secret.of("rps_T")));
        assertThat(settings.podEnvironment()).isEqualTo(Map.of("HF_ENDPOINT", "https://hf-mirror.com"));
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void flagBeatsEnvironmentBeatsFileBeatsDefault() {
        project.withSettings("GPU_COUNT=2\nVOLUME_GB=20\nCONTAINER_DISK_GB=22\n");

        Settings settings = project.load(Map.of("GPU_COUNT", "3", "VOLUME_GB", "30"), Map.of("GPU_COUNT", "4"));

        assertThat(settings.pod().gpuCount()).isEqualTo(4);
        assertThat(settings.pod().volumeGb()).isEqualTo(30);
        assertThat(settings.pod().containerDiskGb()).isEqualTo(22);
        assertThat(settings.origins())
                .containsEntry("GPU_COUNT", new Origin(Origin.Kind.FLAG, null))
                .containsEntry("VOLUME_GB", new Origin(Origin.Kind.ENVIRONMENT, null))
                .containsEntry("CONTAINER_DISK_GB", new Origin(Origin.Kind.FILE, project.folder() + "/.runpod.env:5"))
                .containsEntry("IMAGE", new Origin(Origin.Kind.DEFAULT, null))
                .hasSize(SettingKey.values().length);
    }

    @Test
    void emptyValueCountsAsNotSet() {
        project.withSettings("GPU_COUNT=2\nPOD_ID=\n");

        Settings settings = project.load(Map.of("GPU_COUNT", ""), Map.of());

        assertThat(settings.pod().gpuCount()).isEqualTo(2);
        assertThat(settings.account().pod()).isEmpty();
    }

    @Test
    void fileIsNotNeeded() {
        Settings settings =
                project.load(Map.of("RUNPOD_API_KEY", "rpa_ENV", "NETWORK_VOLUME_ID", "v"), Map.of("POD_ID", "p"));

        assertThat(settings.account().key()).contains(Secret.of("rpa_ENV"));
        assertThat(settings.account().networkVolume()).contains("v");
        assertThat(settings.account().pod()).contains("p");
    }

    @Test
    void localCloudNeedsAndTakesNothingOfTheAccount() {
        project.withSettings("POD_ID=pod1\nRUNPOD_API_URL=not an address\nRUNPOD_GRAPHQL_URL=https://example.org\n");

        Settings settings = project.loadLocal();

        assertThat(settings.account())
                .isEqualTo(new Account(
                        null,
                        null,
                        null,
                        URI.create("https://api.runpod.io"),
                        URI.create("https://api.runpod.io/graphql")));
        assertThat(settings.limits().guardInterval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.origins()).containsEntry("RUNPOD_API_KEY", new Origin(Origin.Kind.DEFAULT, null));
    }

    @Test
    void localCloudTakesAddressesFromFlags() {
        Settings settings = new SettingsLoader(Map.of())
                .load(project.folder(), Map.of("RUNPOD_API_URL", "http://127.0.0.1:99"), true);

        assertThat(settings.account().apiUrl()).isEqualTo(URI.create("http://127.0.0.1:99"));
        assertThat(settings.account().graphqlUrl()).isEqualTo(URI.create("http://127.0.0.1:99/graphql"));
    }

    @Test
    void homeIsReplacedInTheKeyPath() throws IOException {
        Path home = Files.createDirectory(parent.resolve("home"));
        Files.writeString(home.resolve("id"), "key");

        Settings settings = project.withSettings("SSH_KEY_PATH=~/id\n").load(Map.of("HOME", home.toString()), Map.of());

        assertThat(settings.pod().sshKeyPath()).isEqualTo(home.resolve("id"));
    }

    @Test
    void requirementsFileIsFound() {
        assertThat(project.with("requirements.txt", "torch\n")
                        .withSettings("")
                        .load()
                        .training()
                        .requirements())
                .isEqualTo("requirements.txt");
    }

    @Test
    void noneTurnsTheDefaultOff() {
        Settings settings = project.with("requirements.txt", "torch\n")
                .withSettings("REQUIREMENTS=none\nMIN_CUDA_VERSION=none\n")
                .load();

        assertThat(settings.training().requirements()).isNull();
        assertThat(settings.pod().minCudaVersion()).isNull();
    }

    @Test
    void ownImageHasNoCudaFloorByDefault() {
        assertThat(project.withSettings("IMAGE=me/image:1\n").load().pod().minCudaVersion())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0s,0", "90s,90", "30m,1800", "12h,43200", "2d,172800", "1h30m,5400", "1d2h3m4s,93784"})
    void durationsHaveUnits(String text, long seconds) {
        Settings settings = project.withSettings("MAX_RUNTIME=" + text + "\n").load();

        assertThat(settings.limits().maxRuntime()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void referenceToAPlatformSecretIsNoSecretAndTravelsInTheEnvironment() {
        Settings settings =
                project.withSettings("HF_TOKEN={{ RUNPOD_SECRET_hf_token }}\n").load();

        assertThat(settings.retries()).isEqualTo(new Retries(null, Duration.ZERO, Set.of()));
        assertThat(settings.secrets()).isEmpty();
        assertThat(settings.podEnvironment()).isEqualTo(Map.of("HF_TOKEN", "{{ RUNPOD_SECRET_hf_token }}"));
    }

    @Test
    void storageKeysStayOnThisMachine() {
        Settings settings = project.withSettings(
                        "HF_TOKEN=hf_T\nRUNPOD_S3_ACCESS_KEY=user_T\nRUNPOD_S3_SECRET_KEY=rps_T\n")
                .load();

        assertThat(settings.secretsForPod()).isEqualTo(Map.of("HF_TOKEN", Secret.of("hf_T")));
    }

    @ParameterizedTest
    @CsvSource({"RUNPOD_S3_ACCESS_KEY, RUNPOD_S3_SECRET_KEY", "RUNPOD_S3_SECRET_KEY, RUNPOD_S3_ACCESS_KEY"})
    void oneStorageKeyAloneIsAFault(String there, String missing) {
        project.withSettings(there + "=canary\n");

        assertThatThrownBy(project::load)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(missing + " is missing: " + there + " is of no use alone")
                .hasMessageNotContaining("canary");
    }

    @Test
    void localCloudHasStorageKeysOfItsOwn() {
        Settings settings = project.with(
                        ".runpod.env", "RUNPOD_S3_ACCESS_KEY=user_T\nRUNPOD_S3_URL=https://example.org\nDATA_PATHS=d\n")
                .loadLocal();

        assertThat(settings.data()).isEqualTo(new DataSettings(List.of("d"), null, null));
        assertThat(settings.secrets()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RUNPOD_API_KEY", "RUNPOD_S3_ACCESS_KEY"})
    void keyThatThisSideUsesIsNoReference(String key) {
        project.withSettings("");

        assertThatThrownBy(() -> project.load(Map.of(), Map.of(key, "{{ RUNPOD_SECRET_x }}")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(key + " (flag) contains white space");
    }

    @Test
    void localCloudLeavesPlatformSecretsOut() {
        Settings settings =
                project.with(".runpod.env", "HF_TOKEN={{RUNPOD_SECRET_hf}}\n").loadLocal();

        assertThat(settings.podEnvironment()).isEmpty();
        assertThat(settings.warnings())
                .containsExactly("HF_TOKEN is left out: the local cloud does not know the secrets of an account");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GPU_TYP=x|sets GPU_TYP, which is no setting; did you mean GPU_TYPE?",
                "gpu_count=2|sets gpu_count, which is no setting; did you mean GPU_COUNT?",
                "API_KEY=x|sets API_KEY, which is no setting; did you mean RUNPOD_API_KEY?",
                "WANDB_MODE=x|sets WANDB_MODE, which is no setting",
            })
    void unknownNameIsAWarning(String line, String warning) {
        assertThat(project.withSettings(line).load().warnings())
                .containsExactly(project.folder() + "/.runpod.env:3 " + warning);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TRAIN_COMMAND=python train.py {resume}|TRAIN_COMMAND has no {config}",
                "TRAIN_COMMAND=python train.py {config}|TRAIN_COMMAND has no {resume}",
                "CLOUD_TYPE=COMMUNITY|CLOUD_TYPE=COMMUNITY finds no pod",
                "BOOT_GRACE=1m|READY_TIMEOUT is longer than BOOT_GRACE",
            })
    void whatIsHardlyMeantIsAWarning(String line, String warning) {
        assertThat(project.withSettings(line).load().warnings())
                .singleElement()
                .asString()
                .startsWith(warning);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-r-----"})
    void keysThatOthersCanReadAreAWarningWithTheCommand(String mode) throws IOException {
        project.withSettings("");
        Path file = project.folder().resolve(".runpod.env");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertThat(project.load().warnings())
                .containsExactly(file + " holds keys and other users of this machine can read it; run: chmod 600 '"
                        + file + "'");
    }

    @Test
    void fileWithoutKeysMayBeReadByOthers() throws IOException {
        project.with(".runpod.env", "GPU_COUNT=1\nRUNPOD_API_KEY=\n");
        Files.setPosixFilePermissions(
                project.folder().resolve(".runpod.env"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(project.loadLocal().warnings()).isEmpty();
    }

    @Test
    void misspeltNameIsSaidWhereTheSettingIsMissing() {
        project.with(".runpod.env", "RUNPOD_APIKEY=rpa_abc\nNETWORK_VOLUME_ID=k3v9qz71ab\n");

        assertThatThrownBy(() -> project.load()).isInstanceOfSatisfying(ProblemException.class, e -> assertThat(
                        e.problem().why().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("RUNPOD_API_KEY is missing"))
                .anyMatch(line -> line.contains(".runpod.env:1 sets RUNPOD_APIKEY")
                        && line.endsWith("did you mean RUNPOD_API_KEY?")));
    }

    @Test
    void everythingWrongIsSaidAtOnce() {
        project.with(".runpod.env", "GPU_COUNT=many\njust words\nMAX_COST=-1\n");

        assertThatThrownBy(() -> project.load(Map.of("ON_EXIT", "explode"), Map.of("VOLUME_GB", "1")))
                .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(
                                e.problem().why().lines())
                        .hasSize(7)
                        .anyMatch(line -> line.contains("RUNPOD_API_KEY is missing"))
                        .anyMatch(line -> line.contains("NETWORK_VOLUME_ID is missing"))
                        .anyMatch(line -> line.contains("GPU_COUNT='many'") && line.contains(".runpod.env:1"))
                        .anyMatch(line -> line.contains(".runpod.env:2 has no '='"))
                        .anyMatch(line -> line.contains("MAX_COST='-1'") && line.contains(".runpod.env:3"))
                        .anyMatch(line -> line.contains("ON_EXIT='explode' (environment)"))
                        .anyMatch(line -> line.contains("VOLUME_GB='1' (flag)")));
    }

    @ParameterizedTest
    @EnumSource(
            value = SettingKey.class,
            names = {
                "RUNPOD_API_KEY",
                "HF_TOKEN",
                "GROK_API_KEY",
                "GITHUB_TOKEN",
                "RUNPOD_S3_ACCESS_KEY",
                "RUNPOD_S3_SECRET_KEY"
            })
    void malformedSecretIsNotShown(SettingKey key) {
        project.withSettings("");

        assertThatThrownBy(() -> project.load(Map.of(), Map.of(key.name(), "canary canary")))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem().toString() + e)
                                .contains(key.name())
                                .doesNotContain("canary"));
    }

    @Test
    void tokenInAWrongPlaceIsNotShown() {
        project.withSettings("GPU_COUNT=rpa_CANARY\nDATA_CENTER='x hf_CANARY'\n");

        assertThatThrownBy(project::load)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("GPU_COUNT=(a value that looks like a token)")
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void settingsAsTextShowNoSecret() {
        assertThat(project.withSettings("HF_TOKEN=hf_CANARY\n").load().toString())
                .contains("HF_TOKEN=***")
                .doesNotContain("CANARY", "rpa_KEY");
    }

    @Test
    void everyExampleInAMessageIsAccepted() {
        project.with("requirements.txt", "torch\n").with(".ssh/id_ed25519", "key");
        StringBuilder lines = new StringBuilder();
        Arrays.stream(SettingKey.values())
                .filter(key -> !key.isSecret() && key != SettingKey.NETWORK_VOLUME_ID)
                .forEach(key -> lines.append(new EnvLine(key.name(), key.example()).print())
                        .append('\n'));

        Settings settings = project.withSettings(lines.toString())
                .load(Map.of("HOME", project.folder().toString()), Map.of());

        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void unknownFlagNameIsRefused() {
        assertThatThrownBy(() -> project.load(Map.of(), Map.of("GPU_TIPE", "x")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("there is no setting GPU_TIPE; did you mean GPU_TYPE?");
    }
}
