package dev.podtrain.endtoend;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A project that could be launched, and the ways to spoil it. */
record UserProject(Path folder) {
    /** One with settings for an account. */
    static UserProject in(Path parent, String apiUrl, String apiKey) {
        UserProject project = new UserProject(parent.resolve("project"));
        return project.with("scripts/train.py", "print('hello')\n")
                .with("config.yaml", "output_dir: out\n")
                .with(
                        ".runpod.env",
                        "RUNPOD_API_KEY=" + apiKey + "\nNETWORK_VOLUME_ID=local\nRUNPOD_API_URL=" + apiUrl + "\n");
    }

    UserProject with(String path, String text) {
        return with(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Readable by its owner only, as keys must be. */
    UserProject with(String path, byte[] content) {
        Path file = folder.resolve(path);
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, content);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    UserProject without(String path) {
        try {
            Files.delete(folder.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    UserProject withConfig(String yaml) {
        return with("config.yaml", yaml);
    }

    /** Adds lines to {@code .runpod.env}. */
    UserProject withSettings(String lines) {
        return with(".runpod.env", LaunchFixture.text(folder.resolve(".runpod.env")) + lines + "\n");
    }

    /** Takes a setting out of {@code .runpod.env}. */
    UserProject withoutSetting(String name) {
        return with(
                ".runpod.env",
                LaunchFixture.text(folder.resolve(".runpod.env")).replaceAll("(?m)^" + name + "=.*\n", ""));
    }

    /** Puts another value in place of the one in {@code .runpod.env}. */
    UserProject withOther(String name, String value) {
        return withoutSetting(name).withSettings(name + "=" + value);
    }

    /** A file with this size and nothing in it. */
    UserProject withSize(String path, long bytes) {
        with(path, "");
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve(path).toFile(), "rw")) {
            file.setLength(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    UserProject withLink(String path, String target) {
        try {
            Files.deleteIfExists(folder.resolve(path));
            Files.createSymbolicLink(folder.resolve(path), Path.of(target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    UserProject withMode(String path, String permissions) {
        try {
            Files.setPosixFilePermissions(folder.resolve(path), PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** What is in it: paths with their time of change. */
    Map<String, String> content() {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> !Files.isDirectory(path)).toList()) {
                content.put(
                        file.toString(),
                        Files.readAttributes(file, "lastModifiedTime").toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return content;
    }
}
