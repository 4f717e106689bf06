package dev.podtrain.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final RunId RUN = new RunId("digits-0a1b2c");
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    private Path state;

    @Test
    void everyKindOfEventIsReadBackAsItWasWritten() {
        List<LedgerEvent> events = List.of(
                defined(),
                intended("i1", 1),
                new LedgerEvent.Refused(NOON, "i1", "no \"GPU\"\nfree"),
                intended("i2", 1),
                new LedgerEvent.Guarded(
                        NOON, "i2", Duration.ofMinutes(30), Duration.ofHours(12), new BigDecimal("2.5")),
                rented("i2"),
                new LedgerEvent.Ready(NOON, "i2", "203.0.113.7", 22022),
                new LedgerEvent.CodeSynced(NOON, "i2", "abc"),
                new LedgerEvent.Started(NOON, "i2", "checkpoint-40", 1200),
                new LedgerEvent.Started(NOON, "i2", null, 0),
                new LedgerEvent.Ended(NOON, "i2", EndReason.FAILED, 3),
                new LedgerEvent.Ended(NOON, "i2", EndReason.LOST, null),
                new LedgerEvent.PodEnded(NOON, "i2", "pod1", "stopped"));
        Ledger ledger = new RunStore(state).ledger(RUN);

        events.forEach(ledger::append);

        assertThat(ledger.read()).isEqualTo(events);
    }

    @Test
    void aTornLastLineIsSkippedAndTheNextAppendStartsANewOne() throws IOException {
        Ledger ledger = new RunStore(state).ledger(RUN);
        ledger.append(defined());
        Path file = state.resolve("runs/digits-0a1b2c/ledger.ndjson");
        Files.writeString(file, "{\"at\":\"2026-11-23T12:00:00Z\",\"event\":\"rent", StandardOpenOption.APPEND);

        ledger.append(intended("i1", 1));

        assertThat(ledger.read()).containsExactly(defined(), intended("i1", 1));
    }

    @Test
    void eventsOfANewerVersionAreSkipped() throws IOException {
        Ledger ledger = new RunStore(state).ledger(RUN);
        ledger.append(defined());
        Path file = state.resolve("runs/digits-0a1b2c/ledger.ndjson");
        Files.writeString(
                file,
                "{\"at\":\"2026-11-23T12:00:00Z\",\"event\":\"moved\",\"parts\":[1,{\"a\":2}]}\n",
                StandardOpenOption.APPEND);

        assertThat(ledger.read()).containsExactly(defined());
    }

    @Test
    void onlyTheOwnerCanReadALedger() throws IOException {
        new RunStore(state).ledger(RUN).append(defined());

        Path directory = state.resolve("runs/digits-0a1b2c");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("ledger.ndjson"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aLedgerThatCannotBeWrittenIsAProblemThatSaysWhere() throws IOException {
        Files.writeString(state.resolve("runs"), "a file where a directory should be");

        assertThatThrownBy(() -> new RunStore(state).ledger(RUN).append(defined()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("ledger.ndjson");
    }

    @Test
    void theCurrentAttemptIsTheLastOneThatWasNotRefused() {
        RunState run = RunState.of(List.of(
                        defined(),
                        intended("i1", 1),
                        rented("i1"),
                        intended("i2", 2),
                        new LedgerEvent.Refused(NOON, "i2", "none free")))
                .orElseThrow();

        assertThat(run.current().orElseThrow().intent()).isEqualTo("i1");
        assertThat(run.nextAttemptNumber()).isEqualTo(2);
    }

    @Test
    void anIntentWithoutAnAnswerMayBeBilled() {
        RunState run = RunState.of(List.of(defined(), intended("i1", 1))).orElseThrow();

        assertThat(run.maybeBilled()).extracting(Attempt::intent).containsExactly("i1");
    }

    @Test
    void costIsBilledTimeAtThePodsPriceUntilItsEndWasFirstSeen() {
        RunState run = RunState.of(List.of(
                        defined(),
                        intended("i1", 1),
                        rented("i1"),
                        new LedgerEvent.PodEnded(NOON.plus(Duration.ofMinutes(30)), "i1", "pod1", "stopped"),
                        new LedgerEvent.PodEnded(NOON.plus(Duration.ofHours(9)), "i1", "pod1", "stopped")))
                .orElseThrow();

        assertThat(run.costUsd(NOON.plus(Duration.ofDays(3)))).isEqualByComparingTo("0.135");
    }

    @Test
    void aRunIsNamedAfterItsOutputDirAndWhereThatIs() {
        RunId run = RunId.of("vol1", "my project", "out/Whisper Small_v2!");

        assertThat(run.value()).matches("whisper-small-v2-[0-9a-f]{6}");
        assertThat(RunId.of("vol1", "my project", "out/Whisper Small_v2!")).isEqualTo(run);
        assertThat(RunId.of("vol2", "my project", "out/Whisper Small_v2!")).isNotEqualTo(run);
    }

    @Test
    void onlyOneCanHoldTheRightToLaunchARun() {
        RunStore store = new RunStore(state);

        try (RunStore.LaunchLock first = store.tryLock(RUN).orElseThrow()) {
            assertThat(first).isNotNull();
            assertThat(new RunStore(state).tryLock(RUN)).isEmpty();
        }

        assertThat(store.tryLock(RUN)).isPresent().get().satisfies(RunStore.LaunchLock::close);
    }

    private static LedgerEvent.Defined defined() {
        return new LedgerEvent.Defined(
                NOON, RUN, "/home/me/digits", "configs/d.yaml", "out/digits", "vol1", "digits", false);
    }

    private static LedgerEvent.Intended intended(String intent, int attempt) {
        return new LedgerEvent.Intended(
                NOON,
                intent,
                attempt,
                "pod-train-digits-0a1b2c-a" + attempt,
                "NVIDIA RTX A5000",
                1,
                "EU-RO-1",
                new BigDecimal("0.27"),
                "tree",
                "config",
                false,
                "stop");
    }

    private static LedgerEvent.Rented rented(String intent) {
        return new LedgerEvent.Rented(NOON, intent, "pod1", new BigDecimal("0.27"), "EU-RO-1");
    }
}
