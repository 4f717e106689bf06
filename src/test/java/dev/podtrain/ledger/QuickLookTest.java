package dev.podtrain.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The quick look never overlooks what the whole reading would name. */
class QuickLookTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @Property(tries = 300)
    void whatMayBeBilledIsNeverOverlooked(@ForAll("histories") List<LedgerEvent> history) {
        Path file = write(history);

        boolean billed =
                RunState.of(history).stream().anyMatch(run -> !run.maybeBilled().isEmpty());

        assertThat(billed).isIn(QuickLook.maybeOpen(file), false);
        delete(file);
    }

    @Property(tries = 1)
    void settledLedgerIsPassedOver() {
        Path file = write(List.of(
                intended("a"),
                new LedgerEvent.Refused(NOON, "a", "\"event\":\"rented\""),
                intended("b"),
                new LedgerEvent.Rented(NOON, "b", "p", BigDecimal.ONE, null),
                new LedgerEvent.PodEnded(NOON, "b", "p", "stopped")));

        assertThat(QuickLook.maybeOpen(file)).isFalse();
        delete(file);
        assertThat(QuickLook.maybeOpen(file)).isFalse();
    }

    @Provide
    Arbitrary<List<LedgerEvent>> histories() {
        Arbitrary<String> intents = Arbitraries.of("a", "b");
        Arbitrary<LedgerEvent> events = intents.flatMap(intent -> Arbitraries.of(
                intended(intent),
                new LedgerEvent.Refused(NOON, intent, "no"),
                new LedgerEvent.Rented(NOON, intent, "p", BigDecimal.ONE, null),
                new LedgerEvent.Ended(NOON, intent, EndReason.FINISHED, 0),
                new LedgerEvent.PodEnded(NOON, intent, "p", "stopped")));
        LedgerEvent defined =
                new LedgerEvent.Defined(NOON, new RunId("digits-0a1b2c"), "/p", "c.yaml", "out", "v", "p", false);
        return events.list().ofMaxSize(8).map(list -> {
            List<LedgerEvent> all = new ArrayList<>(List.of(defined));
            all.addAll(list);
            return all;
        });
    }

    private static LedgerEvent intended(String intent) {
        return new LedgerEvent.Intended(
                NOON, intent, 1, "pod", "gpu", 1, "dc", BigDecimal.ONE, "tree", "config", false, "stop");
    }

    private static Path write(List<LedgerEvent> events) {
        try {
            Path file = Files.createTempFile("ledger", ".ndjson");
            return Files.writeString(
                    file, events.stream().map(LedgerCodec::encode).collect(Collectors.joining("\n")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
