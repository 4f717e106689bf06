package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindRunTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    private Path state;

    @Test
    void lastRunOfTheProjectIsMeantWithoutAName() {
        define("one-000001", "/a", 1);
        define("two-000002", "/a", 2);
        define("three-000003", "/b", 3);

        assertThat(find("/a", null).id().value()).isEqualTo("two-000002");
        assertThat(find("/elsewhere", null).id().value()).isEqualTo("three-000003");
    }

    @Test
    void nameMayBeTheUniqueBeginningOfAnIdOrTheOutputDir() {
        define("one-000001", "/a", 1);
        define("onward-000002", "/a", 2);

        assertThat(find("/a", "one-").id().value()).isEqualTo("one-000001");
        assertThat(find("/a", "out/onward-000002").id().value()).isEqualTo("onward-000002");
    }

    @Test
    void nameThatFitsSeveralRunsIsRefusedWithTheirNames() {
        define("one-000001", "/a", 1);
        define("onward-000002", "/a", 2);

        assertThatThrownBy(() -> find("/a", "on"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("one-000001")
                .hasMessageContaining("onward-000002");
    }

    @Test
    void unknownNameIsRefusedWithTheNamesThereAre() {
        define("one-000001", "/a", 1);

        assertThatThrownBy(() -> find("/a", "two"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("one-000001");
    }

    private RunState find(String project, @Nullable String name) {
        return new FindRun(new RunStore(state)).find(new RunSelector(Path.of(project), name));
    }

    private void define(String run, String project, int minute) {
        RunId id = new RunId(run);
        new RunStore(state)
                .ledger(id)
                .append(new LedgerEvent.Defined(
                        NOON.plusSeconds(60L * minute), id, project, "c.yaml", "out/" + run, "v", "p", true));
    }
}
