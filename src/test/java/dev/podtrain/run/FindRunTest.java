package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import java.math.BigDecimal;
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
    void runUnderWayIsStoppedAndNotOneThatHasEndedSince() {
        define("ended-000001", "/a", 2);
        define("training-000002", "/a", 1);
        rent("training-000002", 1);

        assertThat(findToStop("/a").id().value()).isEqualTo("training-000002");
    }

    @Test
    void runOfAnotherProjectIsNotStoppedWithoutItsName() {
        define("training-000002", "/a", 1);
        rent("training-000002", 1);

        assertThatThrownBy(() -> findToStop("/b"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("this project has no run")
                .hasMessageContaining("training-000002");
    }

    @Test
    void runOfAnotherProjectIsNotChangedWithoutItsName() {
        define("one-000001", "/a", 1);

        assertThatThrownBy(() -> findToChange("/b", null))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("this project has no run");
        assertThat(findToChange("/b", "one").id().value()).isEqualTo("one-000001");
    }

    @Test
    void ofSeveralRunsUnderWayOneMustBeNamed() {
        define("one-000001", "/a", 1);
        rent("one-000001", 1);
        define("two-000002", "/a", 2);
        rent("two-000002", 2);

        assertThatThrownBy(() -> findToStop("/a"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("one-000001")
                .hasMessageContaining("two-000002");
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

    private RunState findToChange(String project, @Nullable String name) {
        return new FindRun(new RunStore(state)).findToChange(new RunSelector(Path.of(project), name));
    }

    private RunState findToStop(String project) {
        return new FindRun(new RunStore(state)).findToStop(new RunSelector(Path.of(project), null));
    }

    private void rent(String run, int minute) {
        Instant at = NOON.plusSeconds(60L * minute + 1);
        Ledger ledger = new RunStore(state).ledger(new RunId(run));
        ledger.append(new LedgerEvent.Intended(
                at, "i", 1, "n", "NVIDIA L4", 1, "EU-RO-1", BigDecimal.ONE, "t", "c", false, "stop"));
        ledger.append(new LedgerEvent.Rented(at, "i", "pod1", BigDecimal.ONE, "EU-RO-1"));
    }

    private void define(String run, String project, int minute) {
        RunId id = new RunId(run);
        new RunStore(state)
                .ledger(id)
                .append(new LedgerEvent.Defined(
                        NOON.plusSeconds(60L * minute), id, project, "c.yaml", "out/" + run, "v", "p", true));
    }
}
