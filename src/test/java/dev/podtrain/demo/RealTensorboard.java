package dev.podtrain.demo;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The real package {@code tensorboard} from PyPI, fetched once into the build directory: its wheels, for pods, and a
 * Python environment that has it. Skips the test where neither is there and PyPI cannot be reached.
 */
public final class RealTensorboard {
    private static final Path FOLDER = Path.of("target", "tensorboard").toAbsolutePath();
    private static final Path VENV = FOLDER.resolve("venv");
    private static final Path WHEELS = FOLDER.resolve("wheels");
    private static final Path DONE = FOLDER.resolve("done");

    /** The pods of the local cloud have the system's Python, whatever else is on the path. */
    private static final Path SYSTEM_PYTHON = Path.of("/usr/bin/python3");

    private RealTensorboard() {}

    /** What is there, or was fetched just now. */
    public static synchronized RealTensorboard orSkip() throws IOException, InterruptedException {
        if (!Files.exists(DONE)) {
            String python = Files.isExecutable(SYSTEM_PYTHON) ? SYSTEM_PYTHON.toString() : "python3";
            Files.createDirectories(FOLDER);
            need(List.of(python, "-m", "venv", VENV.toString()), "Python's venv module is not installed");
            String pip = VENV.resolve("bin/pip").toString();
            need(downloading(pip), "PyPI cannot be reached");
            need(
                    List.of(pip, "install", "--quiet", "--no-index", "--find-links", WHEELS.toString(), "tensorboard"),
                    "what was fetched cannot be installed");
            Files.createFile(DONE);
        }
        return new RealTensorboard();
    }

    private static List<String> downloading(String pip) {
        List<String> command = new ArrayList<>(List.of(pip, "download", "--quiet", "--only-binary", ":all:"));
        command.addAll(List.of("--retries", "1", "--timeout", "10", "--dest", WHEELS.toString(), "tensorboard"));
        return command;
    }

    private static void need(List<String> command, String orElse) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(FOLDER.resolve("log").toFile())
                .start();
        boolean done = process.waitFor(3, TimeUnit.MINUTES) && process.exitValue() == 0;
        process.destroyForcibly();
        assumeTrue(done, "skipped: no TensorBoard to test with: " + orElse + "; see " + FOLDER.resolve("log"));
    }

    /** A Python that has it. */
    public String python() {
        return VENV.resolve("bin/python").toString();
    }

    /** Event files of a loss that falls, at so many steps. */
    public void writeLossCurve(Path folder, int points) throws IOException, InterruptedException {
        String script = """
                import sys
                from tensorboard.compat.proto import event_pb2, summary_pb2
                from tensorboard.summary.writer.event_file_writer import EventFileWriter
                writer = EventFileWriter(sys.argv[1])
                for step in range(int(sys.argv[2])):
                    value = summary_pb2.Summary.Value(tag="train/loss", simple_value=1 / (step + 1))
                    summary = summary_pb2.Summary(value=[value])
                    writer.add_event(event_pb2.Event(wall_time=step + 1, step=step, summary=summary))
                writer.close()
                """;
        Process process = new ProcessBuilder(python(), "-c", script, folder.toString(), Integer.toString(points))
                .inheritIO()
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("the event files could not be written");
        }
    }

    /** A folder with the program, for a path to look programs up. */
    public Path programs() {
        return VENV.resolve("bin");
    }

    /** A folder with the wheels of the package and all it needs. */
    public Path wheels() {
        return WHEELS;
    }
}
