package dev.podtrain.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.podtrain.base.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.function.Executable;

/** Whatever files and settings contain: the user reads a problem, or gets values that can be used, and soon. */
class HostileInputTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private Path project = Path.of("");

    @BeforeProperty
    void makeProject() throws IOException {
        project = Files.createTempDirectory("hostile-input");
    }

    @AfterProperty
    void removeProject() throws IOException {
        Files.deleteIfExists(project.resolve("a.yaml"));
        Files.deleteIfExists(project.resolve(".runpod.env"));
        Files.delete(project);
    }

    @Property
    void anyTrainingConfig(@ForAll("yaml") byte[] content) throws IOException {
        Files.write(project.resolve("a.yaml"), content);

        expectValuesOrAProblem(() -> {
            TrainingConfig config = TrainingConfig.read(project, Path.of("a.yaml"), TrainingConfigTest.training(null));
            assertThat(config.outputDir()).isNotBlank().doesNotStartWith("/");
            assertThat(config.outputDir().split("/", -1)).doesNotContain("..", ".", "");
        });
    }

    @Property
    void anySettingsFile(@ForAll("env") byte[] content) throws IOException {
        Files.write(project.resolve(".runpod.env"), content);

        expectValuesOrAProblem(() -> new SettingsLoader(Map.of()).load(project, Map.of(), true));
    }

    @Property
    void anyValueOfAnySetting(@ForAll SettingKey key, @ForAll("values") String value) {
        Map<String, String> environment = Map.of("RUNPOD_API_KEY", "rpa_x", "NETWORK_VOLUME_ID", "x");

        expectValuesOrAProblem(() -> new SettingsLoader(environment).load(project, Map.of(key.name(), value), false));
    }

    private static void expectValuesOrAProblem(Executable reading) {
        assertTimeoutPreemptively(SOON, () -> {
            try {
                reading.execute();
            } catch (ProblemException e) {
                assertThat(e.problem().why()).isNotBlank().doesNotContain("null");
            }
        });
    }

    @Provide
    Arbitrary<byte[]> yaml() {
        String pieces = "output_dir¦: ¦\n¦  ¦- ¦? ¦{¦}¦[¦]¦,¦&a ¦*a¦<<: ¦'¦\"¦\\¦|\n¦>\n¦#¦---\n¦...\n¦%YAML 1.1\n"
                + "¦!!int ¦!!float ¦!!binary ¦!!set ¦!x ¦!¦0b_¦0x¦0¦-¦1:2:3¦99999999999999999999:1¦2024-99-99¦.inf¦~¦yes¦="
                + "¦\t¦a¦../¦/¦@¦`¦\uFEFF¦\u2028¦\u0085";
        Arbitrary<byte[]> brokenSomewhere = mixed(20, pieces)
                .map(value -> joined(List.of(
                        "top: &a {x: [1]}\n<<: *a\noutput_dir: out\nvalue: ".getBytes(StandardCharsets.UTF_8), value)));
        return Arbitraries.oneOf(mixed(40, pieces), brokenSomewhere, brokenSomewhere);
    }

    @Provide
    Arbitrary<byte[]> env() {
        return mixed(
                40,
                "GPU_COUNT¦MAX_RUNTIME¦HF_TOKEN¦TRAIN_COMMAND¦=¦\n¦\r\n¦\r¦ ¦\t¦#¦export ¦'¦\"¦\\¦\\n¦$¦1¦h¦x¦ü"
                        + "¦\uFEFF¦{{ RUNPOD_SECRET_a }}");
    }

    @Provide
    Arbitrary<String> values() {
        String pieces =
                "1¦h¦m¦d¦9999999999¦.¦-¦,¦/¦..¦~¦*¦[¦'¦\"¦\\¦ ¦https://¦http://¦[::1]¦@¦:¦?¦%¦%zz¦none¦/workspace/"
                        + "¦{¦}¦\u0000¦\n¦\uD800";
        Arbitrary<String> meaningful =
                Arbitraries.of(pieces.split("¦", -1)).list().ofMaxSize(8).map(parts -> String.join("", parts));
        return Arbitraries.oneOf(meaningful, Arbitraries.strings().ofMaxLength(200));
    }

    /** Pieces that mean something, and now and then bytes that do not. */
    private static Arbitrary<byte[]> mixed(int most, String pieces) {
        Arbitrary<byte[]> known =
                Arbitraries.of(pieces.split("¦", -1)).map(piece -> piece.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(3);
        return Arbitraries.frequencyOf(Tuple.of(60, known), Tuple.of(1, noise))
                .list()
                .ofMaxSize(most)
                .map(HostileInputTest::joined);
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
