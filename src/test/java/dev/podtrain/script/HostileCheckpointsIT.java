package dev.podtrain.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class HostileCheckpointsIT {
    private static final List<String> NAMES =
            List.of("a.json", "a.index.json", "a.safetensors", "a.pt", "a.ckpt", "a.txt");

    @Property(tries = 15)
    void anyContentIsJudgedAndNoneBreaksTheJudge(@ForAll @Size(40) List<@From("contents") byte[]> contents)
            throws IOException {
        Path root = Files.createTempDirectory("checkpoints");
        try {
            Path script = Files.write(root.resolve("checkpoints.py"), PodScripts.checkpointsScript());
            Path out = root.resolve("out");
            for (int i = 0; i < contents.size(); i++) {
                Path folder = PodFixture.directory(out.resolve("checkpoint-" + i));
                Files.write(folder.resolve(NAMES.get(i % NAMES.size())), contents.get(i));
            }

            var result = PodFixture.finish(
                    new ProcessBuilder(PodFixture.PYTHON, script.toString(), "list", "--json", "--output-dir=" + out)
                            .start());

            assertThat(result.err()).isEmpty();
            assertThat(PodFixture.json(result.out()).path("checkpoints")).hasSize(contents.size());
        } finally {
            delete(root);
        }
    }

    /** Random bytes behind beginnings and before ends that lead far into the checks. */
    @Provide
    Arbitrary<byte[]> contents() {
        Arbitrary<String> beginnings = Arbitraries.of(
                "",
                "PK\3\4",
                "\2\0\0\0\0\0\0\0{}",
                "\30\0\0\0\0\0\0\0{\"a\":{\"data_offsets\":[",
                "\377\377\377\377\377\377\377\377",
                "{\"weight_map\":{\"a\":\"",
                "{\"weight_map\":[",
                "[".repeat(5000));
        Arbitrary<String> ends = Arbitraries.of("", "}", "\"}}", "PK\5\6" + "\0".repeat(18), "PK\6\7PK\5\6");
        return Combinators.combine(
                        beginnings, Arbitraries.bytes().array(byte[].class).ofMaxSize(40), ends)
                .as((beginning, middle, end) -> {
                    var content = new ByteArrayOutputStream();
                    content.writeBytes(beginning.getBytes(StandardCharsets.ISO_8859_1));
                    content.writeBytes(middle);
                    content.writeBytes(end.getBytes(StandardCharsets.ISO_8859_1));
                    return content.toByteArray();
                });
    }

    private static void delete(Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
