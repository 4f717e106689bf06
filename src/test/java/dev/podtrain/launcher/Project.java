package dev.podtrain.launcher;

import dev.podtrain.base.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A small project with copies of the real scripts, and stand-ins for what they call: Maven, Java and the set-up script. Each
 * stand-in appends its arguments, one a line, to a file.
 */
final class Project {
    private static final List<String> SCRIPTS = List.of(
            "scripts/pod-train",
            "scripts/pod-tensorboard",
            "scripts/pod-sync-data",
            "scripts/build",
            "scripts/lib/program.sh");

    /** As old as the sources, so that a build stamp of "now" is newer. */
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    final Path home;
    private final Path jdk;
    private final Path standIns;

    Project(Path folder) throws IOException {
        home = Files.createDirectories(folder.resolve("my project"));
        standIns = Files.createDirectories(folder.resolve("stand-ins"));
        jdk = folder.resolve("jdk-99");
        for (String script : SCRIPTS) {
            Path copy = home.resolve(script);
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(script), copy);
        }
        writeSource("pom.xml");
        writeSource("src/main/java/dev/podtrain/deeply/nested/Source.java");
        age(home.resolve("src"));
        script(home.resolve("scripts/setup"), "printf 'setup %s\\n' \"$*\" >>\"$HOME/calls\"");
        maven("""
                mkdir -p target/pod-train/lib target/pod-train/archive target/pod-train/help
                : >target/pod-train/lib/b.jar
                : >target/pod-train/lib/a.jar
                printf 'the usage\\n' >target/pod-train/help/pod-train.txt
                printf 'the usage of local up\\n' >target/pod-train/help/pod-train-local-up.txt
                printf '1.2.3\\n' >target/pod-train/help/version.txt
                touch target/pod-train/built
                """);
        java("99.0.1");
    }

    /** Sets what Maven does; it runs in the project's folder. */
    Project maven(String commands) throws IOException {
        script(
                standIns.resolve("mvn"),
                "printf 'mvn\\n' >>\"$HOME/calls\"\ncd \"" + home + "\"\nprintf '[INFO] building\\n'\n" + commands);
        return this;
    }

    /** Sets the version of the JDK that {@code JAVA_HOME} names. It makes archives, and otherwise shows its arguments. */
    Project java(String version) throws IOException {
        script(jdk.resolve("bin/java"), """
                for argument in "$@"; do
                    if [[ $argument == -XX:AOTCacheOutput=* ]]; then
                        printf 'java makes an archive\\n' >>"$HOME/calls"
                        printf x >"${argument#*=}"
                        exit
                    fi
                done
                printf '%s' "${LC_ALL:-}" >"$HOME/locale"
                printf '<%s>\\n' "$@"
                """);
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return this;
    }

    Project setup(String commands) throws IOException {
        script(home.resolve("scripts/setup"), commands);
        return this;
    }

    void writeSource(String name) throws IOException {
        Path source = home.resolve(name);
        Files.createDirectories(source.getParent());
        Files.writeString(source, "text");
        age(source);
    }

    /** Makes a file look a minute newer than now. */
    void touch(String name) throws IOException {
        Files.setLastModifiedTime(
                home.resolve(name), FileTime.from(Instant.now().plus(Duration.ofMinutes(1))));
    }

    /** The calls of the stand-ins so far, in order. */
    List<String> calls() throws IOException {
        Path calls = home.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    Result run(String... arguments) throws IOException, InterruptedException {
        return run(home.resolve("scripts/pod-train"), home, arguments);
    }

    Result run(Path launcher, Path workingFolder, String... arguments) throws IOException, InterruptedException {
        return Result.of(start(launcher, workingFolder, arguments));
    }

    /** The encoding of names and arguments that the program is given, where the user has this one. */
    String localeWhereItIs(String locale) throws IOException, InterruptedException {
        String launcher = home.resolve("scripts/pod-train").toString();
        Result.of(start(home, List.of("env", "LC_ALL=" + locale, launcher, "--config", "x.yaml")));
        return Files.readString(home.resolve("locale"));
    }

    /** Has a shell run the launcher on a terminal of its own. */
    Result runOnTerminal(String arguments) throws IOException, InterruptedException {
        String line = Shell.quote(home.resolve("scripts/pod-train").toString()) + " " + arguments;
        return Result.of(start(home, List.of("script", "-qec", line, "/dev/null")));
    }

    /** Starts the launcher without waiting for it. */
    Process start(Path launcher, Path workingFolder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return start(workingFolder, command);
    }

    private Process start(Path workingFolder, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(workingFolder.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("HOME", home.toString());
        environment.put("JAVA_HOME", jdk.toString());
        environment.put("PATH", standIns + ":" + environment.get("PATH"));
        return builder.start();
    }

    private static void age(Path path) throws IOException {
        try (var files = Files.walk(path)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
            }
        }
    }

    private static void script(Path file, String commands) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/usr/bin/env bash\nset -eu\n" + commands + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    record Result(int exitCode, String stdout, String stderr) {
        /** Waits for a process whose output fits into a pipe. */
        static Result of(Process process) throws IOException, InterruptedException {
            process.getOutputStream().close();
            String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String stderr = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), stdout, stderr);
        }
    }
}
