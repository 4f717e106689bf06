package dev.podtrain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.ledger.RunState;
import dev.podtrain.run.Orphan;
import dev.podtrain.run.Outcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrphanNoteTest {
    private static final String NOTE =
            "warning: may still be billed: pod pod1 of digits-3f9a1c (its launch was cut short):"
                    + " 'pod-train status digits-3f9a1c' looks\n";

    private final Cli cli = new Cli();

    OrphanNoteTest() {
        cli.care.orphans = List.of(orphan("pod1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"status other --no-refresh", "runs", "local status", "runs --json"})
    void verbBeginsWithWhatMayBeBilled(String words) {
        Cli.Result result = cli.run(words.split(" "));

        assertThat(result.err()).startsWith(NOTE);
        assertThat(result.out()).doesNotContain("billed: pod");
    }

    @ParameterizedTest
    @ValueSource(strings = {"completion bash", "sweep", "runs --help", "local"})
    void verbThatTellsOrNeedsNothingDoesNot(String words) {
        assertThat(cli.run(words.split(" ")).err()).doesNotContain("may still be billed");
    }

    @Test
    void runThatIsAskedAboutIsNotNamed() {
        cli.care.meant = Samples.RUN;

        assertThat(cli.run("status", "digits", "--no-refresh").err()).isEmpty();
    }

    @Test
    void launchOfTheVeryRunDoesNotNameIt() {
        cli.care.orphans = List.of(new Orphan(
                new RunState(Samples.definedIn(Path.of("").toAbsolutePath().toString()), List.of()),
                1,
                null,
                "reason"));
        cli.runs.onLaunch = listener -> new Outcome.Declined();

        assertThat(cli.run("--config", "./configs/digits.yaml").err()).doesNotContain("may still be billed");
        assertThat(cli.run("--config", "configs/other.yaml").err()).contains("may still be billed: a pod of");
    }

    @Test
    void severalAreOneLine() {
        cli.care.orphans = List.of(orphan("pod1"), orphan("pod2"), orphan("pod3"), orphan("pod4"), orphan("pod5"));

        assertThat(cli.run("runs").err().lines().findFirst().orElseThrow())
                .contains("pod1", "pod3")
                .doesNotContain("pod4")
                .endsWith("; and 2 more: 'pod-train sweep' looks");
    }

    @Test
    void sweepLooksAfterWhatMovesData() {
        cli.care.orphans = List.of(
                new Orphan(new RunState(Samples.movingData(), List.of()), 1, "pod7", "a transfer of data left it"));

        assertThat(cli.run("runs").err())
                .startsWith("warning: may still be billed: pod pod7 of data-0a1b2c (a transfer of data left it): "
                        + "'pod-train sweep' looks\n");
    }

    private static Orphan orphan(String pod) {
        return new Orphan(Samples.training(), 1, pod, "its launch was cut short");
    }
}
