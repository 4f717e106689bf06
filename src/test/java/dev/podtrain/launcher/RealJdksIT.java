package dev.podtrain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.launcher.Project.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the program as it was built, with every JDK of this machine. */
@Timeout(value = 900, threadMode = ThreadMode.SEPARATE_THREAD)
class RealJdksIT {
    private static final Path PACKAGED_HELP = Path.of("target/pod-train/help");

    @ParameterizedTest
    @MethodSource("jdks")
    void writesTheSameHelpAsTheBuildAndNothingElse(Path jdk, @TempDir Path folder) throws Exception {
        Path help = Files.createDirectories(folder.resolve("help"));
        ProcessBuilder launcher = new ProcessBuilder("scripts/pod-train", "help-texts", help.toString());
        launcher.environment().put("JAVA_HOME", jdk.toString());

        Result prepared = Result.of(launcher.start());
        Result result = Result.of(launcher.start());

        assertThat(prepared.exitCode()).as(prepared.stderr()).isZero();
        assertThat(result).isEqualTo(new Result(0, "", ""));
        assertThat(texts(help)).isEqualTo(texts(PACKAGED_HELP));
    }

    static List<Path> jdks() throws IOException {
        try (Stream<Path> places = Files.list(Path.of("/usr/lib/jvm"))) {
            return places.filter(place -> !Files.isSymbolicLink(place))
                    .filter(place -> Files.isExecutable(place.resolve("bin/java")))
                    .filter(place -> Files.exists(place.resolve("release")))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    private static Map<String, String> texts(Path folder) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return texts;
    }
}
