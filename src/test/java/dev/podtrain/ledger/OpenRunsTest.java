package dev.podtrain.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenRunsTest {
    private static final RunId RUN = new RunId("digits-0a1b2c");
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    private Path state;

    @Test
    void runIsOpenFromTheFirstIntentUntilItsPodHasEnded() {
        define();
        assertThat(store().maybeOpen()).isEmpty();

        intend();
        assertThat(store().maybeOpen()).extracting(RunState::id).containsExactly(RUN);

        append(new LedgerEvent.PodEnded(NOON, "i1", "pod1", "stopped"));
        assertThat(store().maybeOpen()).isEmpty();
        assertThat(mark()).doesNotExist();

        intend();
        assertThat(store().maybeOpen()).hasSize(1);
    }

    @Test
    void markStaysWhileTheRunIsBeingLaunched() {
        define();
        intend();
        append(new LedgerEvent.Refused(NOON, "i1", "none free"));

        try (RunStore.LaunchLock launching = store().tryLock(RUN).orElseThrow()) {
            assertThat(launching).isNotNull();
            assertThat(store().maybeOpen()).isEmpty();
            assertThat(mark()).exists();
        }
    }

    @Test
    void markIsThereBeforeTheEvent() throws IOException {
        define();
        Path ledger = state.resolve("runs/digits-0a1b2c/ledger.ndjson");
        Files.delete(ledger);
        Files.createDirectory(ledger);

        assertThatThrownBy(this::intend).isNotNull();

        assertThat(mark()).exists();
    }

    @Test
    void whateverElseLiesThereIsPassedOver() throws IOException {
        Files.createDirectories(state.resolve("open/..x"));
        Files.createFile(state.resolve("open/gone-0a1b2c"));

        assertThat(store().maybeOpen()).isEmpty();
    }

    private RunStore store() {
        return new RunStore(state);
    }

    private Path mark() {
        return state.resolve("open/digits-0a1b2c");
    }

    private void append(LedgerEvent event) {
        store().ledger(RUN).append(event);
    }

    private void define() {
        append(new LedgerEvent.Defined(NOON, RUN, "/p", "c.yaml", "out", "v", "p", false));
    }

    private void intend() {
        append(new LedgerEvent.Intended(
                NOON, "i1", 1, "pod", "gpu", 1, "dc", new BigDecimal("0.27"), "t", "c", false, "stop"));
    }
}
