package dev.podtrain.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingConfigTest {
    @TempDir
    Path parent;

    private Project project;

    @BeforeEach
    void makeProject() {
        project = Project.in(parent);
    }

    @Test
    void configIsNamedAsTheTrainerSeesItAndKnownByItsBytes() {
        project.with("configs/a.yaml", "output_dir: out\n");

        TrainingConfig config = read("configs/a.yaml");

        assertThat(config)
                .isEqualTo(new TrainingConfig(
                        project.folder().resolve("configs/a.yaml"),
                        "configs/a.yaml",
                        "out",
                        "67c84e6ec79fc50d8b7729c26f46e94f3423e816c070918fb3e04d1b8b99b104"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '¤',
            value = {
                "output_dir: out|out",
                "output_dir: ./out//deep/./er/|out/deep/er",
                "output_dir: 'my out'|my out",
                "output_dir: \"größe\"|größe",
                "output_dir: /workspace/my-project/out|out",
                "output_dir: /workspace//my-project/./out/|out",
                "training:~  output_dir: out|out",
                "{lr: 1e-4, training: {output_dir: out}}|out",
                "base: &b~  lr: 1~train:~  <<: *b~  output_dir: out|out",
                "defaults: &d {lr: 1}~<<: *d~output_dir: out|out",
                "lr: !!float 1e-4~output_dir: !!str out|out",
                "when: 2024-13-99~n: 0b_~m: 9999999999999999999999:1~output_dir: out|out",
                "training:~  deeper:~    output_dir: no~output_dir: out|out",
                "---~output_dir: out~...|out",
                "\uFEFFoutput_dir: out|out",
            })
    void outputFolderIsFound(String yaml, String outputDir) {
        project.with("a.yaml", yaml.replace('~', '\n'));

        assertThat(read("a.yaml").outputDir()).isEqualTo(outputDir);
    }

    @ParameterizedTest
    @CsvSource({"a.output_dir,one", "b.output_dir,two", "b.c.save_to,three", "top,four"})
    void keySettingDecides(String key, String outputDir) {
        project.with("a.yaml", "a: {output_dir: one}\nb: {output_dir: two, c: {save_to: three}}\ntop: four\n");

        assertThat(TrainingConfig.read(project.folder(), Path.of("a.yaml"), training(key))
                        .outputDir())
                .isEqualTo(outputDir);
    }

    @Test
    void absolutePathBecomesRelative() {
        project.with("configs/a.yaml", "output_dir: out\n");

        TrainingConfig config = read(project.folder() + "/configs/../configs/a.yaml");

        assertThat(config.path()).isEqualTo("configs/a.yaml");
        assertThat(config.file()).isEqualTo(project.folder().resolve("configs/a.yaml"));
    }

    @Test
    void linkInsideTheProjectKeepsItsName() throws IOException {
        project.with("configs/a.yaml", "output_dir: out\n");
        Files.createSymbolicLink(project.folder().resolve("current.yaml"), Path.of("configs/a.yaml"));

        assertThat(read("current.yaml").path()).isEqualTo("current.yaml");
    }

    @Test
    void fileNamedThroughALinkToTheProjectIsInside() throws IOException {
        project.with("a.yaml", "output_dir: out\n");
        Path link = Files.createSymbolicLink(parent.resolve("link"), project.folder());

        assertThat(read(link.resolve("a.yaml").toString()).path()).isEqualTo("a.yaml");
    }

    @Test
    void anotherByteIsAnotherHash() {
        project.with("a.yaml", "output_dir: out\n").with("b.yaml", "output_dir: out \n");

        assertThat(read("a.yaml").sha256()).isNotEqualTo(read("b.yaml").sha256());
    }

    private TrainingConfig read(String file) {
        return TrainingConfig.read(project.folder(), Path.of(file), training(null));
    }

    static TrainSettings training(@Nullable String outputDirKey) {
        return new TrainSettings("my-project", CodeSync.TREE, "", "", "", outputDirKey, null);
    }
}
