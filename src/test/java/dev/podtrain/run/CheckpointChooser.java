package dev.podtrain.run;

import dev.podtrain.run.SimCheckpoints.Shape;
import dev.podtrain.script.PodScripts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The program's own {@code checkpoints.py}, imported once by one Python process and asked over pipes about real folders.
 * Folders that are alike file for file are asked about once. Safe for several threads.
 */
final class CheckpointChooser implements AutoCloseable {
    private static final String ASK = """
            import importlib.util, sys
            spec = importlib.util.spec_from_file_location('checkpoints', sys.argv[1])
            checkpoints = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(checkpoints)
            for folder in sys.stdin:
                print(checkpoints.choose(folder[:-1], 'checkpoint-*')[0] or '', flush=True)
            """;

    private final Process python;
    private final Writer questions;
    private final BufferedReader answers;
    private final Map<Map<Integer, Shape>, Optional<String>> known = new ConcurrentHashMap<>();

    CheckpointChooser(Path directory) throws IOException {
        Path script = Files.write(directory.resolve("checkpoints.py"), PodScripts.checkpointsScript());
        try {
            python = new ProcessBuilder("python3", "-c", ASK, script.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new AssertionError("this test needs python3, which decides what a training resumes from", e);
        }
        questions = python.outputWriter(StandardCharsets.UTF_8);
        answers = python.inputReader(StandardCharsets.UTF_8);
    }

    /** @param folder is made, and gone afterwards */
    Optional<String> choose(Map<Integer, Shape> saved, Path folder) {
        Optional<String> answer = known.get(saved);
        if (answer == null) {
            try {
                make(saved, folder);
                answer = ask(folder);
                delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            known.put(new TreeMap<>(saved), answer);
        }
        return answer;
    }

    private synchronized Optional<String> ask(Path folder) throws IOException {
        questions.write(folder + "\n");
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new AssertionError("checkpoints.py ended while it was asked about " + folder);
        }
        return answer.isEmpty() ? Optional.empty() : Optional.of(answer);
    }

    private static void make(Map<Integer, Shape> saved, Path folder) throws IOException {
        for (Map.Entry<Integer, Shape> entry : saved.entrySet()) {
            Shape shape = entry.getValue();
            String prefix = shape == Shape.UNFINISHED_NAME ? "tmp-" : "";
            Path checkpoint = Files.createDirectories(folder.resolve(prefix + SimCheckpoints.name(entry.getKey())));
            if (shape != Shape.NO_FILES) {
                byte[] weights = weights();
                int length = shape == Shape.SHORT_WEIGHTS ? weights.length - 3 : weights.length;
                Files.write(checkpoint.resolve("model.safetensors"), java.util.Arrays.copyOf(weights, length));
                Files.writeString(
                        checkpoint.resolve("trainer_state.json"),
                        shape == Shape.CUT_JSON ? "{\"global_step\":" : shape == Shape.EMPTY_FILE ? "" : "{}");
            }
        }
    }

    private static byte[] weights() {
        byte[] header =
                "{\"w\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}".getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length + 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        questions.close();
        python.destroy();
    }
}
