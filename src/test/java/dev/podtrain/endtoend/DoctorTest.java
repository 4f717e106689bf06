package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.Problem;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Secret;
import dev.podtrain.base.SystemTime;
import dev.podtrain.config.Account;
import dev.podtrain.config.DataSettings;
import dev.podtrain.http.HttpApi;
import dev.podtrain.http.HttpLimits;
import dev.podtrain.http.HttpSettings;
import dev.podtrain.ledger.Records;
import dev.podtrain.local.LocalCloudFixture;
import dev.podtrain.pod.AccountApi;
import dev.podtrain.pod.PodApi;
import dev.podtrain.run.Care;
import dev.podtrain.run.Check;
import dev.podtrain.run.Check.Level;
import dev.podtrain.run.Cloud;
import dev.podtrain.ssh.MinaClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor finds, against the local cloud in the place of the account. */
class DoctorTest {
    private static final String CANARY = "hf_canarycanarycanary";

    private static LocalCloudFixture local;

    @TempDir
    private Path parent;

    @BeforeAll
    static void start() {
        local = LocalCloudFixture.start();
    }

    @AfterAll
    static void end() {
        local.close();
    }

    @AfterEach
    void heal() {
        local.cloud().clearFaults();
    }

    @Test
    void everythingInOrderHasNoError() throws InterruptedException {
        UserProject project = project().withSettings("GPU_COUNT=2\nHF_TOKEN=" + CANARY);

        List<Check> checks = examine(project);

        assertThat(checks).noneMatch(check -> check.level() == Level.ERROR);
        assertThat(text(checks, "GPU_COUNT")).startsWith("2 (").endsWith(".runpod.env:4)");
        assertThat(text(checks, "MAX_RUNTIME")).isEqualTo("0 (default)");
        assertThat(text(checks, "IDLE_TIMEOUT")).isEqualTo("30m (default)");
        assertThat(text(checks, "HF_TOKEN")).startsWith("set (");
        assertThat(text(checks, "GITHUB_TOKEN")).isEqualTo("not set");
        assertThat(text(checks, "API key")).startsWith("accepted");
        assertThat(text(checks, "clock")).isEqualTo("agrees with RunPod's");
        assertThat(text(checks, "network volume")).startsWith("local ");
        assertThat(text(checks, "NVIDIA RTX A5000")).contains("2 x ", "; stock in ");
        assertThat(text(checks, "balance")).contains("USD");
        assertThat(text(checks, "IMAGE")).isNotEmpty();
        assertThat(text(checks, "left behind")).startsWith("nothing");
        assertThat(checks.toString())
                .doesNotContain(CANARY)
                .doesNotContain(local.endpoint().apiKey().reveal());
    }

    @Test
    void withNothingConfiguredItSaysWhatToDoFirst() throws InterruptedException {
        UserProject project = new UserProject(parent).with("scripts/train.py", "");

        List<Check> checks = examine(project);

        Check first = firstError(checks);
        assertThat(first.kind()).isEqualTo(Problem.Kind.USAGE);
        assertThat(first.name()).isEqualTo("RUNPOD_API_KEY");
        assertThat(checks)
                .anySatisfy(check -> assertThat(check.fix()).contains("API Keys", "--local"))
                .anySatisfy(check -> assertThat(check.level()).isEqualTo(Level.SKIPPED));
    }

    @Test
    void withoutAVolumeItNamesThoseThereAre() throws InterruptedException {
        List<Check> checks = examine(project().withoutSetting("NETWORK_VOLUME_ID"));

        assertThat(text(checks, "network volume")).contains("the account has local (");
    }

    @Test
    void wrongKeyIsNamedAsOne() throws InterruptedException {
        List<Check> checks = examine(project().withOther("RUNPOD_API_KEY", "rpa_wrong"));

        assertThat(firstError(checks).kind()).isEqualTo(Problem.Kind.NOT_AUTHENTICATED);
        assertThat(checks.toString()).doesNotContain("rpa_wrong");
    }

    @Test
    void offlineTheRestIsCheckedAllTheSame() throws InterruptedException {
        List<Check> checks = examine(project().withOther("RUNPOD_API_URL", "http://127.0.0.1:9"));

        assertThat(firstError(checks).text()).contains("no connection to 127.0.0.1");
        assertThat(text(checks, "Java")).startsWith("version");
    }

    @Test
    void everyWrongSettingIsALineAndTheAccountIsAskedNevertheless() throws InterruptedException {
        UserProject project = project().withSettings("GPU_COUNT=many\nON_EXIT=explode\nGPU_TIPE=x");

        List<Check> checks = examine(project);

        assertThat(checks)
                .filteredOn(check -> check.level() == Level.ERROR)
                .extracting(Check::name)
                .containsExactlyInAnyOrder("GPU_COUNT", "ON_EXIT");
        assertThat(text(checks, "API key")).startsWith("accepted");
        assertThat(checks).anySatisfy(check -> assertThat(check.text()).contains("did you mean GPU_TYPE?"));
    }

    @Test
    void gpuThatIsNotThereIsNotTakenForOneThatIsSoldOut() throws InterruptedException {
        List<Check> checks = examine(project().withSettings("GPU_TYPE='NVIDIA RTX 4090,NVIDIA GeForce RTX 4090'"));

        assertThat(firstError(checks).name()).isEqualTo("NVIDIA RTX 4090");
        assertThat(text(checks, "NVIDIA GeForce RTX 4090")).contains("USD an hour");
    }

    @Test
    void imageThatNeedsANewerDriverThanAskedForIsAWarning() throws InterruptedException {
        List<Check> checks = examine(
                project().withSettings("IMAGE=runpod/pytorch:1.0.3-cu1300-torch291-ubuntu2404\nMIN_CUDA_VERSION=12.8"));

        assertThat(checks).anySatisfy(check -> {
            assertThat(check.level()).isEqualTo(Level.WARNING);
            assertThat(check.fix()).isEqualTo("set MIN_CUDA_VERSION=13.0");
        });
    }

    @Test
    void sshKeyThatOthersCanReadIsAnError() throws InterruptedException {
        UserProject project =
                project().with("key", "x").withMode("key", "rw-r--r--").withSettings("SSH_KEY_PATH=key");

        assertThat(text(examine(project), "SSH key")).contains("other users");
    }

    private UserProject project() {
        return UserProject.in(
                parent,
                local.endpoint().apiUrl().toString(),
                local.endpoint().apiKey().reveal());
    }

    private List<Check> examine(UserProject project) throws InterruptedException {
        Records records = Records.in(parent.resolve("state"));
        Map<String, String> environment = Map.of("PATH", "/usr/bin:/bin");
        return new Care(environment, this::open, records, Optional::empty, new SystemTime())
                .examine(project.folder(), new Watcher());
    }

    private static Check firstError(List<Check> checks) {
        return checks.stream()
                .filter(check -> check.level() == Level.ERROR)
                .findFirst()
                .orElseThrow();
    }

    private static String text(List<Check> checks, String name) {
        return checks.stream()
                .filter(check -> check.name().equals(name))
                .map(Check::text)
                .reduce("", (a, b) -> a + b);
    }

    private Cloud open(Account account, DataSettings data, boolean isLocal, Progress progress) {
        Secret key = Objects.requireNonNull(account.apiKey());
        HttpApi rest = http(account.apiUrl(), key, progress);
        HttpApi graphql = http(account.graphqlUrl(), key, progress);
        return new Cloud(
                new PodApi(rest),
                new AccountApi(graphql),
                new MinaClient(new SystemTime()),
                volume -> Optional.empty(),
                account.apiUrl(),
                account.graphqlUrl(),
                null,
                Duration.ZERO,
                () -> {
                    rest.close();
                    graphql.close();
                });
    }

    private static HttpApi http(URI base, Secret key, Progress progress) {
        HttpSettings settings =
                new HttpSettings("RunPod", base, key, "RUNPOD_API_KEY", "pod-train/test", HttpLimits.impatient());
        return new HttpApi(settings, new SystemTime(), () -> 0.5, progress, line -> {});
    }
}
