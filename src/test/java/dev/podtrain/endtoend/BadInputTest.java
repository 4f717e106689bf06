package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Secret;
import dev.podtrain.base.SystemTime;
import dev.podtrain.config.Account;
import dev.podtrain.config.DataSettings;
import dev.podtrain.http.HttpApi;
import dev.podtrain.http.HttpLimits;
import dev.podtrain.http.HttpSettings;
import dev.podtrain.ledger.Records;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.local.LocalCloudFixture;
import dev.podtrain.pod.AccountApi;
import dev.podtrain.pod.PodApi;
import dev.podtrain.run.Care;
import dev.podtrain.run.Cloud;
import dev.podtrain.run.Operations;
import dev.podtrain.ssh.MinaClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the whole program makes of bad input: a clear problem with the right exit code, no stack trace, nothing changed,
 * nothing rented. The provider is the local cloud's API, of which no row asks for a pod.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int NOT_AUTHENTICATED = 4;
    private static final int NO_CAPACITY = 5;

    private static final String PASSPHRASE_KEY = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgAAAAAAAAAAAICCAAw
            -----END ENCRYPTED PRIVATE KEY-----
            """;

    private final LocalCloudFixture local = LocalCloudFixture.start();
    private final WireMockServer strange =
            new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));

    @TempDir
    Path parent;

    @BeforeAll
    void start() {
        strange.start();
        strange.stubFor(WireMock.any(WireMock.anyUrl())
                .willReturn(WireMock.aResponse()
                        .withHeader("Content-Type", "text/html")
                        .withBody("<html><title>Log in to the hotel's network</title></html>")));
    }

    @AfterAll
    void end() {
        strange.stop();
        local.close();
    }

    /** A kind of bad input: what spoils the project, what is typed, and what must be said. */
    private record Row(
            String name, Consumer<UserProject> spoil, List<String> arguments, int exitCode, List<String> said) {
        /** The launch of a spoilt project. */
        static Row launch(String name, Consumer<UserProject> spoil, int exitCode, String... said) {
            return new Row(name, spoil, List.of("--config", "config.yaml", "--yes"), exitCode, List.of(said));
        }

        /** The launch of a project with a bad config. */
        static Row config(String name, String yaml, String... said) {
            return launch(name, project -> project.withConfig(yaml), USAGE, said);
        }

        /** The launch of a project with further lines in {@code .runpod.env}. */
        static Row settings(String name, String lines, String... said) {
            return launch(name, project -> project.withSettings(lines), USAGE, said);
        }

        /** A command line, the words with a space between them, in a good project. */
        static Row typed(String line, String... said) {
            return new Row(line, project -> {}, List.of(line.split(" ")), USAGE, List.of(said));
        }

        /** A launch with further words. */
        static Row flags(String line, String... said) {
            return typed("--config config.yaml --yes " + line, said);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    Stream<Row> rows() {
        return Stream.of(configs(), settingsFiles(), keys(), commandLines(), provider())
                .flatMap(rows -> rows);
    }

    private static Stream<Row> configs() {
        String bomb = """
                a: &a [x,x,x,x,x,x,x,x,x]
                b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
                c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
                d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
                e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
                f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]
                g: [*f,*f,*f,*f,*f,*f,*f,*f,*f]
                output_dir: out
                """;
        return Stream.of(
                Row.typed("--config missing.yaml --yes", "missing.yaml does not exist", "name another file"),
                Row.typed("--config scripts --yes", "scripts is a folder"),
                Row.launch(
                        "no trainer",
                        project -> project.without("scripts/train.py"),
                        USAGE,
                        "the trainer scripts/train.py is not in the project",
                        "set TRAIN_COMMAND"),
                Row.typed("--config= --yes", "is a folder"),
                Row.typed("--config /etc/hostname --yes", "lies outside the project"),
                Row.typed("--config ../other.yaml --yes", "other.yaml does not exist"),
                Row.config("a tab in YAML", "output_dir: out\n\tlr: 1\n", "config.yaml:2:1 is not valid YAML"),
                Row.config("a YAML bomb", bomb, "goes beyond a limit"),
                Row.config("deep YAML", "a: " + "[".repeat(5000) + "]".repeat(5000), "config.yaml"),
                Row.launch(
                        "binary YAML",
                        project -> project.with("config.yaml", new byte[] {0x7f, 'E', 'L', 'F', 0, 1, 2}),
                        USAGE,
                        "is not a text file"),
                Row.launch(
                        "a huge config",
                        project -> project.withSize("config.yaml", 4_000_000),
                        USAGE,
                        "is larger than 3 MB"),
                Row.launch(
                        "a device as config",
                        project -> project.withLink("config.yaml", "/dev/zero"),
                        USAGE,
                        "is not a regular file"),
                Row.config("an empty config", "", "is empty"),
                Row.config("a list as config", "- output_dir\n", "is not a mapping"),
                Row.config(
                        "a Python object in YAML", "output_dir: !!python/object:os.system x\n", "tag is not allowed"),
                Row.config("a name twice", "output_dir: a\noutput_dir: b\n", "config.yaml:2:1"),
                Row.config("no output_dir", "learning_rate: 1\n", "could not find the output folder", "OUTPUT_DIR_KEY"),
                Row.config("an output_dir outside", "output_dir: ../../etc\n", "'..'"),
                Row.config("an absolute output_dir", "output_dir: /root/out\n", "lies outside the project's folder"),
                Row.config("the project as output_dir", "output_dir: .\n", "output_dir to '.'"),
                Row.config("a number as output_dir", "output_dir: 7\n", "no text"),
                Row.config(
                        "two output_dirs",
                        "a:\n  output_dir: x\nb:\n  output_dir: y\n",
                        "a.output_dir and b.output_dir",
                        "OUTPUT_DIR_KEY=a.output_dir"),
                Row.flags("--set OUTPUT_DIR_KEY=a.b", "OUTPUT_DIR_KEY=a.b names nothing"));
    }

    private static Stream<Row> settingsFiles() {
        return Stream.of(
                Row.settings("a line without =", "GPU_TYPE", ".runpod.env:4 has no '='"),
                Row.settings("an open quote", "IMAGE=\"x", ".runpod.env:4 has a double quote that is not closed"),
                Row.settings("a key twice", "RUNPOD_API_KEY=canary", "sets RUNPOD_API_KEY again, after line 1"),
                Row.launch(
                        "a folder as .runpod.env",
                        project -> project.withLink(".runpod.env", "scripts"),
                        USAGE,
                        ".runpod.env is a folder"),
                Row.launch(
                        "a binary .runpod.env",
                        project -> project.with(".runpod.env", new byte[] {1, 2, 3}),
                        USAGE,
                        "is not a text file"),
                Row.launch(
                        "a huge .runpod.env",
                        project -> project.withSize(".runpod.env", 2_000_000),
                        USAGE,
                        "is larger than 1 MB"),
                Row.launch(
                        "no API key",
                        project -> project.withoutSetting("RUNPOD_API_KEY"),
                        USAGE,
                        "RUNPOD_API_KEY is missing",
                        "left:  nothing was rented"),
                Row.launch(
                        "no volume",
                        project -> project.withoutSetting("NETWORK_VOLUME_ID"),
                        USAGE,
                        "NETWORK_VOLUME_ID is missing"),
                Row.settings("several faults", "GPU_COUNT=0\nON_EXIT=sleep", "2 settings are wrong", ":4)", ":5)"),
                Row.launch(
                        "an address that would show the key to everybody",
                        project -> project.withOther("RUNPOD_API_URL", "http://api.example.org"),
                        USAGE,
                        "would send keys unencrypted"),
                Row.settings("a volume that has no community cloud", "CLOUD_TYPE=COMMUNITY", "Community Cloud"),
                Row.settings(
                        "an open quote in a command", "TRAIN_COMMAND=\"python 'x\"", "TRAIN_COMMAND", "not closed"),
                Row.settings("a bad address of the hub", "HF_ENDPOINT=ftp://x", "HF_ENDPOINT"));
    }

    private static Stream<Row> keys() {
        return Stream.of(
                Row.settings("no SSH key there", "SSH_KEY_PATH=nowhere", "SSH_KEY_PATH='nowhere'", "does not exist"),
                Row.settings("a public key", "SSH_KEY_PATH=id.pub", "is a public key"),
                Row.launch(
                        "garbage as SSH key",
                        project -> project.with("id", "garbage\n").withSettings("SSH_KEY_PATH=id"),
                        USAGE,
                        "it holds no private key that can be read"),
                Row.launch(
                        "an SSH key with a passphrase",
                        project -> project.with("id", PASSPHRASE_KEY).withSettings("SSH_KEY_PATH=id"),
                        USAGE,
                        "protected by a passphrase"),
                Row.launch(
                        "an SSH key that others can read",
                        project -> project.with("id", "garbage\n")
                                .withMode("id", "rw-r--r--")
                                .withSettings("SSH_KEY_PATH=id"),
                        USAGE,
                        "other users of this machine may use it",
                        "chmod 600"));
    }

    private static Stream<Row> commandLines() {
        return Stream.of(
                Row.flags("--max-runtime 30", "MAX_RUNTIME='30' (flag) has no unit"),
                Row.flags("--max-runtime forever", "is not a duration"),
                Row.flags("--max-cost -1", "MAX_COST='-1'"),
                Row.flags("--max-cost 1e3", "MAX_COST='1e3'"),
                Row.flags("--gpu-count 0", "GPU_COUNT='0'", "out of range"),
                Row.flags("--gpu-count -3", "GPU_COUNT='-3'"),
                Row.flags("--gpu-count two", "is not a whole number"),
                Row.flags("--on-exit sleep", "expected stop, terminate or keep"),
                Row.flags("--data-center Mars", "DATA_CENTER='Mars'"),
                Row.flags("--set BOOT_GRACE", "KEY=VALUE"),
                Row.flags("--set BOOT_GRACE=soon", "BOOT_GRACE='soon'"),
                Row.flags("--set BOOT_GRAVE=1m", "BOOT_GRAVE", "did you mean BOOT_GRACE?"),
                Row.flags("--set HF_TOKEN=canary", "every process of this machine can read HF_TOKEN"),
                Row.flags("--set GPU_COUNT=1 --gpu-count 1", "GPU_COUNT is given more than once"),
                Row.flags("--forse-restart", "unknown option '--forse-restart'", "did you mean '--force-restart'?"),
                Row.flags("now", "unexpected argument 'now'"),
                Row.typed("--config", "--config"),
                Row.typed("--yes", "no --config is given"),
                Row.typed("staus", "unknown verb 'staus'", "did you mean 'status'?"),
                Row.typed("local sideways", "unknown verb 'local sideways'"),
                Row.typed("completion tcsh", "tcsh"),
                Row.typed("logs --since-offset abc", "'abc' is not a whole number"),
                Row.typed("logs --tail -1", "'-1' is not a whole number"),
                Row.typed("logs --tail 1 --since-offset 1", "exclude each other"),
                Row.typed("logs", "there is no run", "launch one"),
                Row.typed("status nowhere", "there is no run"),
                Row.typed("stop nowhere", "there is no run"),
                Row.typed("-C nowhere --config config.yaml", "nowhere does not exist", "-C DIR"),
                Row.typed("-C /etc/hostname --config config.yaml", "is not a directory"),
                Row.typed("--config config.yaml", "cannot ask whether to", "add --yes", "left:"));
    }

    private Stream<Row> provider() {
        return Stream.of(
                Row.launch(
                        "a wrong API key",
                        project -> project.withOther("RUNPOD_API_KEY", "rpa_canary"),
                        NOT_AUTHENTICATED,
                        "does not accept the API key",
                        "RUNPOD_API_KEY"),
                Row.launch(
                        "a log-in page in place of the API",
                        project -> project.withOther("RUNPOD_API_URL", strange.baseUrl()),
                        FAILED,
                        "Log in to the hotel's network",
                        "look for a proxy"),
                Row.launch(
                        "nobody at the address",
                        project -> project.withOther("RUNPOD_API_URL", "http://127.0.0.1:1"),
                        FAILED,
                        "no connection to 127.0.0.1"),
                Row.launch(
                        "an unknown volume",
                        project -> project.withOther("NETWORK_VOLUME_ID", "nowhere"),
                        USAGE,
                        "NETWORK_VOLUME_ID=nowhere is not a volume of this account; it has local"),
                Row.flags("--data-center US-KS-2", "the network volume is in another data center", "US-KS-2"),
                Row.flags("--gpu NVIDIA_RTX_A5000", "did you mean 'NVIDIA RTX A5000'?"),
                Row.flags("--gpu Abacus", "there is no GPU type 'Abacus'", "RunPod's catalog has"),
                new Row(
                        "more GPUs than a pod has",
                        project -> {},
                        List.of("--config", "config.yaml", "--yes", "--gpu-count", "16"),
                        NO_CAPACITY,
                        List.of("16 × NVIDIA RTX A5000 is not sold in one pod")),
                Row.launch(
                        "a file too large for code",
                        project -> project.withSize("weights.bin", 100_000_001),
                        USAGE,
                        "weights.bin (100 MB)",
                        "/weights.bin"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void badInputIsToldAndNothingIsRented(Row row) throws IOException, InterruptedException {
        UserProject project = project();
        row.spoil.accept(project);
        Map<String, String> before = project.content();

        Typed text = type(row.arguments);
        List<String> asJson = new ArrayList<>(row.arguments);
        asJson.add("--json");
        Typed json = type(asJson);

        assertThat(text.exitCode()).as(text::toString).isEqualTo(row.exitCode);
        assertThat(text.out()).isEmpty();
        assertThat(text.err())
                .contains("error: ", "why:   ", "next:  ")
                .contains(row.said)
                .doesNotContain("\tat ", "Exception", "fault in the program", "canary");
        assertThat(json.exitCode()).isEqualTo(row.exitCode);
        JsonNode error = lastLine(json.out());
        assertThat(error.path("event").asText()).isEqualTo("error");
        assertThat(error.path("exit_code").asInt()).isEqualTo(row.exitCode);
        assertThat(project.content()).isEqualTo(before);
        assertThat(store().all()).isEmpty();
        assertThat(pods()).isEmpty();
    }

    @Test
    void anUnknownSettingIsAWarningAndNoMore() {
        project().withSettings("GPU_TIPE=NVIDIA L4");

        Typed typed = type(List.of("--config", "config.yaml", "--dry-run"));

        assertThat(typed.exitCode()).as(typed::toString).isZero();
        assertThat(typed.err())
                .contains("warning: ", ".runpod.env:4 sets GPU_TIPE, which is no setting; did you mean GPU_TYPE?");
        assertThat(typed.out()).contains("NVIDIA RTX A5000");
    }

    private UserProject project() {
        return UserProject.in(
                parent,
                local.endpoint().apiUrl().toString(),
                local.endpoint().apiKey().reveal());
    }

    /** Runs a command line in the project, unless that names another one. */
    private Typed type(List<String> arguments) {
        List<String> words = new ArrayList<>(arguments);
        if (!words.contains("-C")) {
            words.addAll(0, List.of("-C", parent.resolve("project").toString()));
        }
        Operations operations =
                new Operations(Map.of(), this::open, store(), () -> "0123456789abcdef", new SystemTime());
        Care care =
                new Care(Map.of(), this::open, Records.in(parent.resolve("state")), Optional::empty, new SystemTime());
        return Typed.type(operations, care, words.toArray(String[]::new));
    }

    private RunStore store() {
        return new RunStore(parent.resolve("state"));
    }

    private Cloud open(Account account, DataSettings data, boolean isLocal, Progress progress) {
        assertThat(isLocal).isFalse();
        URI api = account.apiUrl();
        HttpApi rest = http(api, Objects.requireNonNull(account.apiKey()), progress);
        HttpApi graphql = http(local.endpoint().graphqlUrl(), local.endpoint().apiKey(), progress);
        return new Cloud(
                new PodApi(rest),
                new AccountApi(graphql),
                new MinaClient(new SystemTime()),
                volume -> Optional.empty(),
                api,
                api,
                null,
                Duration.ofSeconds(1),
                () -> {
                    rest.close();
                    graphql.close();
                });
    }

    private static HttpApi http(URI base, Secret key, Progress progress) {
        HttpLimits limits = new HttpLimits(Duration.ofSeconds(30), Duration.ofSeconds(30), 1, 10_000_000);
        HttpSettings settings = new HttpSettings("RunPod", base, key, "RUNPOD_API_KEY", "pod-train/test", limits);
        return new HttpApi(settings, new SystemTime(), () -> 0.5, progress, line -> {});
    }

    private List<?> pods() throws InterruptedException {
        try (HttpApi http = http(local.endpoint().apiUrl(), local.endpoint().apiKey(), new Watcher())) {
            return new PodApi(http).list();
        }
    }

    private static JsonNode lastLine(String text) throws IOException {
        List<String> lines = Arrays.asList(text.strip().split("\n"));
        return new ObjectMapper().readTree(lines.get(lines.size() - 1));
    }
}
