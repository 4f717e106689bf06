package dev.podtrain.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which checkpoints are whole, and which one is the newest. */
class CheckpointsIT {
    private Path out;
    private Path script;

    @BeforeEach
    void makeOutputDirectory(@TempDir Path root) throws IOException {
        out = PodFixture.directory(root.resolve("out"));
        script = Files.write(root.resolve("checkpoints.py"), PodScripts.checkpointsScript());
    }

    @Test
    void newestIsTheOneWithTheHighestNumber() {
        file("checkpoint-999/model.json", "{}");
        file("checkpoint-1000/model.json", "{}");
        file("checkpoint-20/model.json", "{}");
        file("checkpoint-best/model.json", "{}");

        assertThat(names("checkpoint-*"))
                .containsExactly("checkpoint-1000", "checkpoint-999", "checkpoint-20", "checkpoint-best");
        assertThat(choose("checkpoint-*")).isEqualTo("checkpoint-1000");
    }

    @Test
    void numbersCountFromLeftToRight() {
        file("epoch=9-step=950.ckpt", "x");
        file("epoch=10-step=20.ckpt", "x");

        assertThat(names("*.ckpt")).containsExactly("epoch=10-step=20.ckpt", "epoch=9-step=950.ckpt");
    }

    @Test
    void missingOutputDirectoryHasNoCheckpoints() throws IOException {
        Files.delete(out);

        assertThat(names("checkpoint-*")).isEmpty();
        assertThat(choose("checkpoint-*")).isEmpty();
    }

    @Test
    void eachKindOfTornCheckpointHasItsReason() throws IOException {
        Files.createDirectory(out.resolve("checkpoint-1"));
        file("checkpoint-2/model.bin", "");
        file("checkpoint-3/trainer_state.json", "{\"global_step\": 3");
        file("checkpoint-4/model.safetensors.index.json", "{\"weight_map\":{\"a\":\"model-1.safetensors\"}}");
        file("checkpoint-5/model.safetensors", Arrays.copyOf(safetensors(16), 50));
        file("checkpoint-6/model.safetensors", "abc");
        file("checkpoint-7/optimizer.pt", Arrays.copyOf(zip(), 40));
        file("tmp-checkpoint-8/model.json", "{}");
        Files.createSymbolicLink(
                PodFixture.directory(out.resolve("checkpoint-9")).resolve("model.bin"), Path.of("gone"));
        file(
                "checkpoint-10/model.safetensors",
                ByteBuffer.allocate(20)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(Long.MAX_VALUE)
                        .array());

        assertThat(list("checkpoint-*").findValuesAsText("reason"))
                .containsExactly(
                        "model.safetensors is shorter than its header says",
                        "model.bin cannot be found",
                        "it is an unfinished save",
                        "optimizer.pt has no end record",
                        "model.safetensors is shorter than its header",
                        "model.safetensors is shorter than its header says",
                        "model.safetensors.index.json names model-1.safetensors, which is missing",
                        "trainer_state.json is not readable JSON",
                        "model.bin is empty",
                        "it has no files");
    }

    @Test
    void wholeCheckpointsOfTheUsualKindsAreWhole() throws IOException {
        file("checkpoint-1/model.safetensors", safetensors(64));
        file("checkpoint-1/trainer_state.json", "{\"loss\": NaN, \"global_step\": 1}");
        file("checkpoint-1/optimizer.pt", zip());
        file("checkpoint-2/model-1.safetensors", safetensors(8));
        file("checkpoint-2/model.safetensors.index.json", "{\"weight_map\":{\"a\":\"model-1.safetensors\"}}");
        file("checkpoint-3/deep/er/weights.bin", "not a zip file");
        file("checkpoint-4/large.pt", zip64());
        file("checkpoint-5/.gitkeep", "");
        file("checkpoint-5/model.json", "[]");

        assertThat(list("checkpoint-*").findValuesAsText("whole"))
                .containsOnly("true")
                .hasSize(5);
    }

    /** A save that was cut off anywhere is torn; the file is whole only at its full length. */
    @Test
    void fileThatWasCutOffAnywhereIsTorn() throws IOException {
        for (byte[] whole : List.of(safetensors(24), zip(), zip64(), "{\"a\": [1, {}]}".getBytes(UTF_8))) {
            String name = whole[0] == 'P' ? "f.pt" : whole[0] == '{' ? "f.json" : "f.safetensors";
            for (int length = 0; length <= whole.length; length++) {
                file("checkpoint-" + length + "/" + name, Arrays.copyOf(whole, length));
            }

            assertThat(choose("checkpoint-*")).isEqualTo("checkpoint-" + whole.length);
            assertThat(list("checkpoint-*").findValuesAsText("whole"))
                    .filteredOn("true"::equals)
                    .hasSize(1);
            makeEmpty();
        }
    }

    @Test
    void hostileFilesAreTornAndHarmNothing() throws IOException {
        file("checkpoint-1/a.json", "[".repeat(1_000_000));
        file("checkpoint-2/a.json", "{\"a\":".repeat(500_000));
        file("checkpoint-3/a.json", "[1" + "0".repeat(3_000_000));
        file("checkpoint-4/model.safetensors", withHeader("[".repeat(1_000_000)));
        file(
                "checkpoint-5/model.safetensors",
                withHeader("{\"a\":{\"data_offsets\":[0,1" + "0".repeat(500_000) + "]}}"));
        file("checkpoint-6/model.safetensors", withHeader("{\"a\":{\"data_offsets\":[0,true]}}"));
        file("checkpoint-7/model.safetensors", withHeader("[]"));
        file("checkpoint-8/x.index.json", "{\"weight_map\":{\"a\":\"no\\u0000thing\"}}");
        file("checkpoint-9/x.index.json", "{\"weight_map\":{\"a\":\"" + "x".repeat(10_000) + "\"}}");
        file("checkpoint-10/a.json", new byte[] {(byte) 0xff, (byte) 0xfe, 0x7b});
        file("checkpoint-11/a.json", "{" + " ".repeat(5_000_000));

        assertThat(list("checkpoint-*").findValuesAsText("whole"))
                .containsOnly("false")
                .hasSize(11);
    }

    @Test
    void pipeInACheckpointIsNotWaitedFor() throws IOException {
        PodFixture.directory(out.resolve("checkpoint-1"));
        PodFixture.finish(new ProcessBuilder("mkfifo", out + "/checkpoint-1/model.bin").start());

        assertThat(list("checkpoint-*").findValuesAsText("reason")).containsExactly("model.bin is not a plain file");
    }

    @Test
    void largeCheckpointCostsNoMemory() throws IOException {
        Path weights = out.resolve("checkpoint-1/model.safetensors");
        byte[] header = safetensorsHeader(4_000_000_000L);
        file("checkpoint-1/model.safetensors", header);
        try (var file = new RandomAccessFile(weights.toFile(), "rw")) {
            file.setLength(header.length + 4_000_000_000L);
        }

        String limited = "ulimit -v 300000; exec \"$@\"";
        var result = run(List.of("bash", "-c", limited, "bash"), "choose", "--output-dir=" + out);

        assertThat(result).isEqualTo(new PodFixture.Result(0, "checkpoint-1\n", ""));
    }

    @Test
    void listForPeopleIsOneLineEach() {
        file("checkpoint-1/model.json", "{}");
        file("checkpoint-2/model.json", "{");

        assertThat(run(List.of(), "list", "--output-dir=" + out).out())
                .isEqualTo("checkpoint-2  torn: model.json is not readable JSON\ncheckpoint-1  whole\n");
    }

    @Test
    void resumeInsideAnotherWordIsRefused() {
        var result = run(List.of(), "plan", "--output-dir=" + out, "--config=c", "--command=python --resume={resume}");

        assertThat(result)
                .isEqualTo(new PodFixture.Result(
                        1, "", "TRAIN_COMMAND or RESUME_ARG: {resume} must be a word of its own\n"));
    }

    @Test
    void commandHasNoResumeWordsWithoutACheckpoint() {
        var result = run(
                List.of(),
                "plan",
                "--output-dir=" + out,
                "--config=a b",
                "--command=python t.py {config} {resume} --last",
                "--resume-arg=--from {checkpoint}");

        assertThat(result.out().split("\0", -1))
                .containsExactly("resume=", "word=python", "word=t.py", "word=a b", "word=--last", "");
    }

    private JsonNode list(String glob) {
        var result = run(List.of(), "list", "--json", "--output-dir=" + out, "--glob=" + glob);
        assertThat(result.err()).isEmpty();
        return PodFixture.json(result.out()).path("checkpoints");
    }

    private List<String> names(String glob) {
        return list(glob).findValuesAsText("name");
    }

    private String choose(String glob) {
        return run(List.of(), "choose", "--output-dir=" + out, "--glob=" + glob)
                .out()
                .strip();
    }

    private PodFixture.Result run(List<String> before, String... arguments) {
        var command = new ArrayList<>(before);
        command.addAll(List.of(PodFixture.PYTHON, script.toString()));
        command.addAll(List.of(arguments));
        try {
            return PodFixture.finish(new ProcessBuilder(command).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void file(String name, String text) {
        PodFixture.write(out.resolve(name), text);
    }

    private void file(String name, byte[] content) throws IOException {
        file(name, "");
        Files.write(out.resolve(name), content);
    }

    private void makeEmpty() throws IOException {
        try (var paths = Files.walk(out)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        Files.createDirectory(out);
    }

    private static byte[] safetensors(int bytes) {
        byte[] header = safetensorsHeader(bytes);
        return Arrays.copyOf(header, header.length + bytes);
    }

    private static byte[] safetensorsHeader(long bytes) {
        return withHeader("{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"U8\",\"shape\":[" + bytes
                + "],\"data_offsets\":[0," + bytes + "]}}");
    }

    private static byte[] withHeader(String json) {
        byte[] header = json.getBytes(UTF_8);
        return ByteBuffer.allocate(8 + header.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    private static byte[] zip() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            zip.write("weights".getBytes(UTF_8));
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }

    /** The same archive with the end that files over 4 GiB have: a locator, and an end record that refers to it. */
    private static byte[] zip64() throws IOException {
        byte[] zip = zip();
        int end = zip.length - 22;
        return ByteBuffer.allocate(end + 20 + 22)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(zip, 0, end)
                .putInt(0x07064b50)
                .position(end + 20)
                .put(zip, end, 12)
                .putInt(-1)
                .putInt(-1)
                .putShort((short) 0)
                .array();
    }
}
