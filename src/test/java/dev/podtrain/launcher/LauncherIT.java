package dev.podtrain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.launcher.Project.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class LauncherIT {
    private final Path folder;
    private final Project project;

    LauncherIT(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.project = new Project(folder);
    }

    @Test
    void firstCallBuildsAndMakesTheArchivesAndLaterCallsDoNeither() throws Exception {
        Result first = project.run("status");
        Result second = project.run("status");

        assertThat(first.exitCode()).as(first.stderr()).isZero();
        assertThat(first.stderr()).contains("building with Maven", "preparing a faster start with Java 99.0.1");
        assertThat(second.exitCode()).isZero();
        assertThat(second.stderr()).isEmpty();
        assertThat(project.calls())
                .containsExactly("mvn", "java makes an archive", "java makes an archive", "java makes an archive");
    }

    @Test
    void changedSourceIsBuiltAgain() throws Exception {
        project.run("--version");
        project.touch("src/main/java/dev/podtrain/deeply/nested/Source.java");

        project.run("--version");

        assertThat(project.calls()).containsExactly("mvn", "mvn");
    }

    @Test
    void removedSourceIsBuiltAgain() throws Exception {
        project.run("--version");
        Files.delete(project.home.resolve("src/main/java/dev/podtrain/deeply/nested/Source.java"));
        project.touch("src/main/java/dev/podtrain/deeply/nested");

        project.run("--version");

        assertThat(project.calls()).containsExactly("mvn", "mvn");
    }

    @Test
    void changedBuildFileIsBuiltAgain() throws Exception {
        project.run("--version");
        project.touch("pom.xml");

        project.run("--version");

        assertThat(project.calls()).containsExactly("mvn", "mvn");
    }

    @Test
    void twoFirstCallsAtOnceBuildOnce() throws Exception {
        Path launcher = project.home.resolve("scripts/pod-train");
        Process one = project.start(launcher, folder, "--version");
        Process other = project.start(launcher, folder, "--version");

        Result first = Result.of(one);
        Result second = Result.of(other);

        assertThat(first.stdout()).isEqualTo("1.2.3\n");
        assertThat(second.stdout()).isEqualTo("1.2.3\n");
        assertThat(project.calls()).containsExactly("mvn");
    }

    @Test
    void failedBuildShowsTheEndOfItsLog() throws Exception {
        project.maven("printf '[ERROR] there is a semicolon missing\\n'; exit 1");

        Result result = project.run("status");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderr())
                .contains("[ERROR] there is a semicolon missing")
                .endsWith("could not be built; the whole log is " + project.home.resolve("target/build.log") + "\n");
    }

    @Test
    void helpAndVersionAreAnsweredWithoutJava() throws Exception {
        assertThat(project.run("--help").stdout()).isEqualTo("the usage\n");
        assertThat(project.run("-h").stdout()).isEqualTo("the usage\n");
        assertThat(project.run("local", "up", "--help").stdout()).isEqualTo("the usage of local up\n");
        assertThat(project.run("--version").stdout()).isEqualTo("1.2.3\n");
        assertThat(project.run("-V").stdout()).isEqualTo("1.2.3\n");
    }

    @Test
    void helpWithoutAPreparedTextIsLeftToTheProgram() throws Exception {
        assertThat(project.run("nonsense", "--help").stdout()).contains("<nonsense>\n<--help>\n");
        assertThat(project.run("-C", "x", "--help").stdout()).contains("<-C>\n<x>\n<--help>\n");
        assertThat(project.run("--help", "extra").stdout()).contains("<--help>\n<extra>\n");
    }

    @Test
    void findsItsProjectThroughSymbolicLinksAndFromAnyFolder() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("pt"), project.home.resolve("scripts/pod-train"));
        Path linkToLink = Files.createSymbolicLink(folder.resolve("pod-train"), Path.of("elsewhere/pt"));

        assertThat(project.run(link, elsewhere, "--help").stdout()).isEqualTo("the usage\n");
        assertThat(project.run(linkToLink, folder, "--help").stdout()).isEqualTo("the usage\n");
    }

    @Test
    void tensorboardHasALauncherOfItsOwnThatIsFoundThroughLinksToo() throws Exception {
        Path link = Files.createSymbolicLink(
                folder.resolve("pod-tensorboard"), project.home.resolve("scripts/pod-tensorboard"));

        Result result = project.run(link, folder, "--run", "my run", "--open");

        assertThat(result.stdout()).endsWith("<dev.podtrain.Main>\n<tensorboard>\n<--run>\n<my run>\n<--open>\n");
    }

    @Test
    void syncDataHasALauncherOfItsOwnThatIsFoundThroughLinksToo() throws Exception {
        Path link = Files.createSymbolicLink(
                folder.resolve("pod-sync-data"), project.home.resolve("scripts/pod-sync-data"));

        Result result = project.run(link, folder, "--run", "my run", "--open");

        assertThat(result.stdout()).endsWith("<dev.podtrain.Main>\n<sync-data>\n<--run>\n<my run>\n<--open>\n");
    }

    @Test
    void argumentsArriveUnchanged() throws Exception {
        Result result = project.run("status", "two words", "", "$HOME", "it's", "*", "a\nb");

        assertThat(result.stdout()).endsWith("<status>\n<two words>\n<>\n<$HOME>\n<it's>\n<*>\n<a\nb>\n");
    }

    @Test
    void namesEveryLibraryInAFixedOrder() throws Exception {
        Result result = project.run("status");

        Path lib = project.home.resolve("target/pod-train/lib");
        assertThat(result.stdout())
                .contains("<-cp>\n<" + lib.resolve("a.jar") + ":" + lib.resolve("b.jar") + ">\n<dev.podtrain.Main>\n");
    }

    @Test
    void archiveIsNamedOnlyWhenItCouldBeMade() throws Exception {
        Result with = project.run("logs");
        Path archive = project.home.resolve("target/pod-train/archive/jdk-99-99.0.1.aot");
        Files.writeString(archive, "");
        Result without = project.run("logs");

        assertThat(with.stdout()).contains("<-XX:AOTCache=" + archive + ">");
        assertThat(without.exitCode()).isZero();
        assertThat(without.stdout()).doesNotContain("AOTCache");
    }

    @Test
    void everyJdkGetsAnArchiveOfItsOwn() throws Exception {
        project.run("status");
        project.java("99.0.2").run("status");

        assertThat(project.calls())
                .containsExactly(
                        "mvn",
                        "java makes an archive",
                        "java makes an archive",
                        "java makes an archive",
                        "java makes an archive",
                        "java makes an archive",
                        "java makes an archive");
    }

    @Test
    void commandsThatOnlyLookOrCopyHaveArchivesOfTheirOwn() throws Exception {
        assertThat(project.run("status").stdout()).contains("/archive/jdk-99-99.0.1-looking.aot>");
        assertThat(project.run("runs").stdout()).contains("/archive/jdk-99-99.0.1-looking.aot>");
        assertThat(project.run("push", "a", "b").stdout()).contains("/archive/jdk-99-99.0.1-copying.aot>");
        assertThat(project.run("stop").stdout()).contains("/archive/jdk-99-99.0.1.aot>");
    }

    @Test
    void tooOldJavaHomeIsPassedOver() throws Exception {
        project.java("11.0.2");

        Result result = project.run("status");

        assertThat(result.stdout()).doesNotContain("<dev.podtrain.Main>");
    }

    @Test
    void onlyShortCommandsGoWithoutTheOptimisingCompiler() throws Exception {
        assertThat(project.run("status").stdout()).contains("<-XX:TieredStopAtLevel=1>");
        assertThat(project.run("--config", "x.yaml").stdout()).doesNotContain("TieredStopAtLevel");
    }

    @Test
    void transfersGoWithoutTheOptimisingCompilerUnlessS3MayCarryThem() throws Exception {
        Path settings = project.home.resolve(".runpod.env");

        Files.writeString(settings, "RUNPOD_S3_ACCESS_KEY=\nRUNPOD_S3_SECRET_KEY=\n");
        assertThat(project.run("push", "a", "b").stdout()).contains("<-XX:TieredStopAtLevel=1>");
        Files.writeString(settings, "RUNPOD_S3_ACCESS_KEY=user_1\nRUNPOD_S3_SECRET_KEY=x\n");
        assertThat(project.run("push", "a", "b").stdout()).doesNotContain("TieredStopAtLevel");
        String folder = Files.createDirectories(project.home.resolve("other")).toString();
        assertThat(project.run("-C", folder, "pull", "a", "b").stdout()).contains("<-XX:TieredStopAtLevel=1>");
    }

    @Test
    void localPodsNeedTheSystemPackages() throws Exception {
        project.run("--config", "x.yaml", "--local");
        project.run("local", "up");
        project.run("--config", "x.yaml");

        assertThat(project.calls())
                .filteredOn(call -> call.startsWith("setup"))
                .containsExactly("setup --run-only", "setup --run-only");
    }

    @Test
    void missingSystemPackagesStopALocalRunButNoOther() throws Exception {
        project.setup("printf 'setup: to install: sudo x\\n' >&2; exit 3");

        Result local = project.run("--local", "--config", "x.yaml");
        Result rented = project.run("--config", "x.yaml");

        assertThat(local.exitCode()).isEqualTo(2);
        assertThat(local.stdout()).isEmpty();
        assertThat(local.stderr()).endsWith("setup: to install: sudo x\n");
        assertThat(rented.exitCode()).isZero();
    }

    @Test
    void missingSystemPackagesAreSaidBeforeTheBuild() throws Exception {
        project.setup("exit 3");
        project.touch("pom.xml");

        assertThat(project.run("--local", "--config", "x.yaml").exitCode()).isEqualTo(2);

        assertThat(project.calls()).isEmpty();
    }

    @Test
    void programIsToldWhichOfItsStreamsAreTerminals() throws Exception {
        assertThat(project.run("--config", "x.yaml").stdout()).contains("<-Dpodtrain.tty=>");
        assertThat(project.runOnTerminal("--config x.yaml").stdout()).contains("<-Dpodtrain.tty=012>");
        assertThat(project.runOnTerminal("--config x.yaml 2>/dev/null").stdout())
                .contains("<-Dpodtrain.tty=01>");
    }

    @Test
    void namesThatAreNotAsciiWorkWhereNoLanguageIsSet() throws Exception {
        assertThat(project.localeWhereItIs("C")).isEqualTo("C.UTF-8");
        assertThat(project.localeWhereItIs("de_DE.UTF-8")).isEqualTo("de_DE.UTF-8");
    }
}
