package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.FakeTime;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.Records;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunStore;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindOrphansTest {
    private static final RunId RUN = new RunId("digits-3f9a1c");

    @TempDir
    private Path state;

    private final FakeTime time = new FakeTime();

    @Test
    void requestWithoutAnAnswerIsNamed() {
        define(false);
        intend("0", "0");

        assertThat(reasons()).isEqualTo("none: the answer to the request for its pod was never seen");
    }

    @Test
    void launchThatWasCutShortIsNamedUnlessItsProcessLives() {
        define(false);
        intend("0", "0");
        rent();

        try (RunStore.LaunchLock launching = store().tryLock(RUN).orElseThrow()) {
            assertThat(launching).isNotNull();
            assertThat(reasons()).isEmpty();
        }
        assertThat(reasons()).isEqualTo("pod1: its launch was cut short");
    }

    @Test
    void trainingWithinItsLimitsIsNotNamed() {
        define(false);
        intend("PT10H", "0");
        rent();
        start();

        time.advance(Duration.ofHours(11));
        assertThat(reasons()).isEmpty();
        time.advance(Duration.ofMinutes(16));
        assertThat(reasons()).isEqualTo("pod1: its limits were reached 1 h 16 min ago");
    }

    @Test
    void budgetIsALimitToo() {
        define(false);
        intend("PT100H", "0.54");
        rent();
        start();

        time.advance(Duration.ofHours(4));

        assertThat(reasons()).isEqualTo("pod1: its limits were reached 2 h ago");
    }

    @Test
    void trainingWithoutLimitsIsNamedWhenNobodyHasLookedForADay() throws IOException {
        define(false);
        intend("PT0S", "0");
        rent();
        start();
        time.advance(Duration.ofHours(47));
        Path log = Files.createFile(store().logCopy(RUN));
        Files.setLastModifiedTime(log, FileTime.from(time.now().minus(Duration.ofHours(20))));

        assertThat(reasons()).isEmpty();

        Files.setLastModifiedTime(log, FileTime.from(time.now().minus(Duration.ofHours(25))));
        assertThat(reasons()).isEqualTo("pod1: nobody has looked at its training for 25 h");
    }

    @Test
    void podThatWasNotSeenToEndIsNamedAfterTenMinutes() {
        define(false);
        intend("0", "0");
        rent();
        start();
        ledger(new LedgerEvent.Ended(time.now(), "i1", EndReason.FINISHED, 0));

        time.advance(Duration.ofMinutes(9));
        assertThat(reasons()).isEmpty();
        time.advance(Duration.ofMinutes(2));
        assertThat(reasons()).isEqualTo("pod1: its training is over and its pod was not seen to end");
        ledger(new LedgerEvent.PodEnded(time.now(), "i1", "pod1", "stopped"));
        assertThat(reasons()).isEmpty();
    }

    @Test
    void nothingOnTheLocalCloudIsBilled() {
        define(true);
        intend("0", "0");

        assertThat(reasons()).isEmpty();
    }

    @Test
    void podThatATransferOfDataLeftIsNamed() {
        RunId data = new RunId("data-0a1b2c");
        Ledger ledger = Records.in(state).dataPods().ledger(data);
        ledger.append(new LedgerEvent.Defined(time.now(), data, "/p", "", "data", "vol1", "data", false));
        ledger.append(new LedgerEvent.Intended(
                time.now(), "i2", 1, "pod", "cpu", 0, "dc", new BigDecimal("0.06"), "", "", false, "terminate"));
        ledger.append(new LedgerEvent.Rented(time.now(), "i2", "pod2", new BigDecimal("0.06"), "dc"));

        assertThat(reasons()).isEqualTo("pod2: a transfer of data left it");
    }

    private String reasons() {
        return new FindOrphans(Records.in(state), time)
                .find().stream()
                        .map(orphan -> (orphan.podId() == null ? "none" : orphan.podId()) + ": " + orphan.reason())
                        .reduce("", (a, b) -> a.isEmpty() ? b : a + "\n" + b);
    }

    private RunStore store() {
        return new RunStore(state);
    }

    private void ledger(LedgerEvent event) {
        store().ledger(RUN).append(event);
    }

    private void define(boolean local) {
        ledger(new LedgerEvent.Defined(time.now(), RUN, "/p", "c.yaml", "out", "vol1", "p", local));
    }

    private void intend(String maxRuntime, String maxCost) {
        ledger(new LedgerEvent.Intended(
                time.now(), "i1", 1, "pod", "gpu", 1, "dc", new BigDecimal("0.27"), "t", "c", false, "stop"));
        Duration limit = maxRuntime.equals("0") ? Duration.ZERO : Duration.parse(maxRuntime);
        ledger(new LedgerEvent.Guarded(time.now(), "i1", Duration.ofMinutes(30), limit, new BigDecimal(maxCost)));
    }

    private void rent() {
        ledger(new LedgerEvent.Rented(time.now(), "i1", "pod1", new BigDecimal("0.27"), "dc"));
    }

    private void start() {
        ledger(new LedgerEvent.Started(time.now(), "i1", null, 0));
    }
}
