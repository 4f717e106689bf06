package dev.podtrain.script;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The volume is the user's, and the trainer's: what its state says is read or is no status. */
class HostileStatusTest {
    @Property(tries = 1000)
    void anyDocumentIsAStatusOrNone(@ForAll("documents") String document) {
        TrainStatus.parse(document).ifPresent(status -> {
            assertThat(status.logBytes()).isNotNegative();
            assertThat(status.isEnded("i") && status.isUnderWay("i")).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "1", "{", "{\"state\":{\"intent\":\"i\"}", "<html>", "\u0000"})
    void whatIsNoObjectIsNoStatus(String document) {
        assertThat(TrainStatus.parse(document)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 2000, 200_000})
    void deepNestingIsNoReasonToFail(int depth) {
        String nested = "{\"state\":" + "[".repeat(depth) + "]".repeat(depth) + "}";

        assertThat(TrainStatus.parse(nested))
                .satisfiesAnyOf(
                        status -> assertThat(status).isEmpty(),
                        status -> assertThat(status.orElseThrow().intent()).isNull());
    }

    @Provide
    Arbitrary<String> documents() {
        Arbitrary<String> values = Arbitraries.of(
                "null",
                "true",
                "-1",
                "-99999999999999999999",
                "1e999999999",
                "0.5",
                "\"i\"",
                "\"ended\"",
                "\"\\u001b[2J\"",
                "[]",
                "{}",
                "[[[]]]",
                "tru",
                "\"");
        Arbitrary<String> names = Arbitraries.of("intent", "phase", "reason", "exit_code", "resumed_from");
        Arbitrary<String> state = Combinators.combine(names, values)
                .as((name, value) -> "\"" + name + "\":" + value)
                .list()
                .ofMaxSize(5)
                .map(members -> "{" + String.join(",", members) + "}");
        return Combinators.combine(Arbitraries.oneOf(state, values), values, values, values)
                .as((s, session, bytes, checkpoint) -> "{\"state\":" + s + ",\"session\":" + session + ",\"log_bytes\":"
                        + bytes + ",\"newest_checkpoint\":" + checkpoint + "}");
    }
}
