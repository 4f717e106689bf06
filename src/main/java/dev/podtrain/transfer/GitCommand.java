package dev.podtrain.transfer;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs the git program on this machine. */
final class GitCommand {
    /** Local questions only, which take milliseconds; minutes would mean a hanging file system. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private GitCommand() {}

    /** What git printed, and its exit status; 128 is its answer where there is no repository. */
    record Output(int exitStatus, String text, String errors) {
        boolean succeeded() {
            return exitStatus == 0;
        }

        /** The entries of a list that was asked for with {@code -z}. */
        List<String> entries() {
            List<String> entries = new ArrayList<>();
            int start = 0;
            for (int end = text.indexOf('\0'); end >= 0; end = text.indexOf('\0', start)) {
                entries.add(text.substring(start, end));
                start = end + 1;
            }
            return entries;
        }
    }

    /** Empty if there is no git program. */
    static Optional<Output> run(Path folder, List<String> arguments) throws InterruptedException {
        try {
            Path out = Files.createTempFile("pod-train-git", ".out");
            Path errors = Files.createTempFile("pod-train-git", ".err");
            try {
                return run(folder, arguments, out, errors);
            } finally {
                Files.delete(out);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new ProblemException(
                    new Problem(
                            Problem.Kind.FAILED,
                            "could not ask git about " + folder,
                            String.valueOf(e.getMessage()),
                            "check that the folder for temporary files is writable and not full",
                            "no code was sent"),
                    e);
        }
    }

    /** Files take the output because waiting for a process can be interrupted and limited, and reading from it cannot. */
    private static Optional<Output> run(Path folder, List<String> arguments, Path out, Path errors)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile());
        // Set while git runs a hook, where they would turn every question to the repository of that hook.
        builder.environment().keySet().removeAll(List.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"));
        builder.environment().put("GIT_OPTIONAL_LOCKS", "0");
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return Optional.empty();
        }
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("git did not answer within " + LIMIT.toSeconds() + " seconds");
            }
        } finally {
            process.destroy();
        }
        return Optional.of(new Output(
                process.exitValue(),
                decode(Files.readAllBytes(out)),
                Files.readString(errors, StandardCharsets.ISO_8859_1)));
    }

    private static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            int bad = text.indexOf('\uFFFD');
            int start = text.lastIndexOf('\0', bad) + 1;
            int end = text.indexOf('\0', bad);
            throw FileNames.notUtf8(text.substring(start, end < 0 ? text.length() : end));
        }
    }
}
