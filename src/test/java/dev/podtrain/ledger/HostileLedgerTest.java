package dev.podtrain.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is in a ledger's lines, each is an event or passed over, and what is read can be reckoned with. */
class HostileLedgerTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String DEFINED = "{\"at\":\"2026-11-23T10:00:00Z\",\"event\":\"defined\",\"run\":\"d-0a1b2c\","
            + "\"project\":\"/p\",\"config\":\"c\",\"output_dir\":\"o\",\"volume\":\"v\",\"remote_project\":\"p\","
            + "\"local\":false}";
    private static final String INTENDED = "{\"at\":\"2026-11-23T10:00:00Z\",\"event\":\"intended\",\"intent\":\"i\","
            + "\"attempt\":1,\"pod_name\":\"n\",\"gpu\":\"g\",\"gpu_count\":1,\"data_center\":\"d\","
            + "\"price_per_hour_usd\":0.27,\"tree\":\"t\",\"config_hash\":\"h\",\"force_restart\":false,"
            + "\"on_exit\":\"stop\"}";

    /** Short to write; multiplying with them fills the memory, or ends in an exception long after the reading. */
    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "1e-999999999", "1e2147483647", "\"NaN\"", "-1", "1e30", "null", "{}"})
    void priceThatCannotBeReckonedWithMakesTheLineUnreadable(String price) {
        String line = "{\"at\":\"2026-11-23T10:00:00Z\",\"event\":\"rented\",\"intent\":\"i\",\"pod\":\"p\","
                + "\"price_per_hour_usd\":" + price + "}";

        assertThat(LedgerCodec.decode(line)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1000000000-01-01T00:00:00Z", "+1000000000-12-31T23:59:59Z", "0001-01-01T00:00:00Z"})
    void momentOutsideOfOurTimesMakesTheLineUnreadable(String at) {
        assertThat(LedgerCodec.decode(INTENDED.replace("2026-11-23T10:00:00Z", at)))
                .isEmpty();
    }

    @Property(tries = 1000)
    void anyLineIsAnEventOrPassedOver(@ForAll("lines") String line) {
        Optional<LedgerEvent> event = LedgerCodec.decode(line);

        List<LedgerEvent> events = List.of(
                LedgerCodec.decode(DEFINED).orElseThrow(),
                LedgerCodec.decode(INTENDED).orElseThrow(),
                event.orElse(LedgerCodec.decode(DEFINED).orElseThrow()));
        RunState run = RunState.of(events).orElseThrow();
        assertThat(run.costUsd(NOW).toPlainString()).hasSizeLessThan(60);
        assertThat(run.nextAttemptNumber()).isPositive();
        assertThat(run.maybeBilled().size()).isLessThan(3);
        event.ifPresent(
                read -> assertThat(LedgerCodec.decode(LedgerCodec.encode(read))).contains(read));
    }

    @Provide
    Arbitrary<String> lines() {
        Arbitrary<String> kinds = Arbitraries.of(
                "intended", "guarded", "refused", "rented", "ready", "code_synced", "started", "ended", "pod_ended");
        Arbitrary<String> values = Arbitraries.oneOf(
                Arbitraries.of(
                        "null",
                        "true",
                        "-1",
                        "0.27",
                        "3",
                        "1e999999999",
                        "99999999999999999999",
                        "\"\"",
                        "\"i\"",
                        "\"finished\"",
                        "\"\\u0000\\ud800\"",
                        "[]",
                        "{\"a\":[1]}",
                        "\"2026-11-23T10:00:00Z\"",
                        "\"+1000000000-12-31T23:59:59Z\"",
                        "tru"),
                Arbitraries.strings().ofMaxLength(10).map(text -> "\"" + text + "\""));
        Arbitrary<String> names = Arbitraries.of(
                "at",
                "intent",
                "attempt",
                "gpu_count",
                "price_per_hour_usd",
                "pod",
                "reason",
                "exit_code",
                "log_bytes",
                "port",
                "host",
                "how",
                "detail",
                "tree",
                "boot_grace_s",
                "max_runtime_s",
                "max_cost_usd");
        Arbitrary<String> members =
                Combinators.combine(names, values).as((name, value) -> ",\"" + name + "\":" + value);
        return Combinators.combine(
                        kinds,
                        members.list().ofMaxSize(8),
                        Arbitraries.integers().between(0, 400))
                .as((kind, list, cut) -> {
                    String line = "{\"event\":\"" + kind
                            + "\",\"at\":\"2026-11-23T11:00:00Z\",\"intent\":\"i\",\"pod\":\"p\","
                            + "\"price_per_hour_usd\":0.27,\"log_bytes\":0,\"detail\":\"d\",\"how\":\"h\",\"tree\":\"t\""
                            + String.join("", list) + "}";
                    return cut < line.length() ? line.substring(0, cut) : line;
                });
    }
}
