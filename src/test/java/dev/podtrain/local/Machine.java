package dev.podtrain.local;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.SystemTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What the tests do on this machine: run programs, log in to pods, look for processes. */
final class Machine {
    private Machine() {}

    record Output(int status, String text) {}

    static Output run(List<String> command) {
        return run(command, Duration.ofSeconds(90));
    }

    /** Runs a program to its end, both its outputs in one. */
    static Output run(List<String> command, Duration limit) {
        try {
            Path output = Files.createTempFile("output", ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            return new Output(ended ? process.exitValue() : -1, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** A new ed25519 key; the public half is beside it. */
    static Path makeKey(Path folder) {
        Path key = folder.resolve("id_ed25519");
        run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()));
        return key;
    }

    static String publicHalf(Path key) {
        try {
            return Files.readString(Path.of(key + ".pub")).strip();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Runs a command in a pod as root over SSH. */
    static Output ssh(Path key, int port, String command) {
        return run(List.of(
                "ssh",
                "-F",
                "none",
                "-i",
                key.toString(),
                "-p",
                Integer.toString(port),
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "LogLevel=ERROR",
                "-o",
                "BatchMode=yes",
                "root@127.0.0.1",
                command));
    }

    /** The processes of this machine whose environment or arguments contain the text. */
    static List<Long> processesWith(String text) {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (contains(process.resolve("environ"), text) || contains(process.resolve("cmdline"), text)) {
                    found.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return found;
    }

    /** The files below a folder that contain the text and that another user could open. */
    static List<Path> filesThatOthersCanRead(Path folder, String text) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && contains(file, text) && isOpenToOthers(folder, file)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    // A pod that runs makes files and deletes them.
                    if (failure instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw failure;
                }
            });
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return found;
    }

    private static boolean isOpenToOthers(Path folder, Path file) {
        try {
            boolean folderIsOpen = Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE);
            return folderIsOpen && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException endedOrNotOurs) {
            return false;
        }
    }

    /** Waits for something real to happen: for ages, since the machine may be busy with other tests. */
    static void await(String what, BooleanSupplier happened) {
        SystemTime time = new SystemTime();
        Deadline deadline = Deadline.in(time, Duration.ofSeconds(90));
        while (!happened.getAsBoolean()) {
            if (deadline.hasPassed()) {
                throw new AssertionError("did not happen within " + deadline.limit() + ": " + what);
            }
            try {
                deadline.pause(Duration.ofMillis(20));
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }
}
