package dev.podtrain.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A copy of the demo project in a folder of its own, so that nothing is written into the sources. */
final class DemoProject {
    private static final List<String> FILES = List.of("scripts/train.py", "configs/digits.yaml", "data/digits.csv.gz");

    /** Runs the program that its second argument names, with a {@code print} that waits after a line. */
    private static final String HOLD = """
            import builtins, runpy, signal, sys
            line = sys.argv[1]
            plain_print = builtins.print

            def print_and_wait(text, **more):
                if not text.startswith(line):
                    return plain_print(text, **more)
                # Held back, or a signal could come between the line and the wait for it.
                signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
                plain_print(text, **more)
                signal.sigwait([signal.SIGTERM])
                signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
                signal.raise_signal(signal.SIGTERM)

            builtins.print = print_and_wait
            sys.argv = sys.argv[2:]
            runpy.run_path(sys.argv[0], run_name="__main__")
            """;

    private final Path folder;

    DemoProject(Path folder) throws IOException {
        this.folder = folder;
        for (String file : FILES) {
            Path copy = folder.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of("src/demo").resolve(file), copy);
        }
    }

    /** Replaces the configuration by one that trains a small network for 120 steps, with a checkpoint every 20. */
    DemoProject shortened() throws IOException {
        Files.writeString(folder.resolve("configs/digits.yaml"), """
                output_dir: outputs/digits
                hidden_size: 6
                max_steps: 120
                logging_steps: 10
                save_steps: 20
                step_pause: 0.005
                """);
        return this;
    }

    /** Adds a line to the configuration. */
    DemoProject with(String line) throws IOException {
        Path config = folder.resolve("configs/digits.yaml");
        Files.writeString(config, Files.readString(config) + line + "\n");
        return this;
    }

    /** Starts the trainer. It is killed when it has used a minute of processor time. */
    Trainer start(String... moreArguments) throws IOException {
        return startWith("python3", moreArguments);
    }

    /** The same with another Python. */
    Trainer startWith(String python, String... moreArguments) throws IOException {
        return start(List.of(python), moreArguments);
    }

    private Trainer start(List<String> python, String... moreArguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", "ulimit -t 60; exec \"$0\" \"$@\""));
        command.addAll(python);
        command.addAll(List.of("scripts/train.py", "--config", "configs/digits.yaml"));
        command.addAll(List.of(moreArguments));
        return new Trainer(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start());
    }

    /**
     * Starts the trainer so that it stays where it is once it has printed a line that begins so, until it gets a signal:
     * a reader of its output, however slow, finds it there.
     */
    Trainer startHeldAt(String line, String... moreArguments) throws IOException {
        return start(List.of("python3", "-c", HOLD, line), moreArguments);
    }

    byte[] finalModel() throws IOException {
        return Files.readAllBytes(folder.resolve("outputs/digits/model.json"));
    }

    /** Names of everything in the output folder but the event files of a Python with TensorBoard, sorted. */
    List<String> outputs() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("outputs/digits"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("runs"))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    Path output(String name) {
        return folder.resolve("outputs/digits").resolve(name);
    }

    /**
     * A training process under way. Its output and its errors are one stream of lines. Signals go through the handle,
     * because the process itself would close that stream as well.
     */
    static final class Trainer implements AutoCloseable {
        private final Process process;
        private final BufferedReader output;
        private final StringBuilder text = new StringBuilder();

        private Trainer(Process process) {
            this.process = process;
            this.output = process.inputReader();
        }

        /** Reads the output up to a line that starts so; fails if it ends before. */
        Trainer awaitLine(String start) throws IOException {
            String line = output.readLine();
            while (line != null) {
                text.append(line).append('\n');
                if (line.startsWith(start)) {
                    return this;
                }
                line = output.readLine();
            }
            throw new AssertionError("no line starts with '" + start + "' in:\n" + text);
        }

        Trainer killed() {
            process.toHandle().destroyForcibly();
            return this;
        }

        Trainer terminated() {
            process.toHandle().destroy();
            return this;
        }

        /** Waits for the end. */
        Result result() throws InterruptedException {
            output.lines().forEach(line -> text.append(line).append('\n'));
            return new Result(process.waitFor(), text.toString());
        }

        @Override
        public void close() {
            process.destroyForcibly();
            try {
                output.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    record Result(int exitCode, String text) {}
}
