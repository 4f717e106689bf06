package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trainer prints what it likes. */
class HostileLogTest {
    private static final int TAIL_BYTES = 16 * 1024;

    @Property(tries = 500)
    void anyTailIsRead(@ForAll("tails") byte[] tail) {
        LogReading.newestStep(tail).ifPresent(step -> assertThat(step).isNotNegative());
        LogReading.end(tail).ifPresent(end -> assertThat(end.exitCode()).isBetween(0, 999));
    }

    /** A pattern that tries again from each blank would look at hundreds of millions of characters here. */
    @ParameterizedTest
    @ValueSource(strings = {" ", "step ", "step:", "\t", "step", "steps' "})
    void stepIsLookedForInOnePass(String piece) {
        CountingText text = new CountingText("step" + piece.repeat(TAIL_BYTES / piece.length()));

        LogReading.newestStep(text);

        assertThat(text.looks).isLessThan(100L * TAIL_BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999999999999999", "4294967296", "none"})
    void exitCodeThatIsNoneIsNotKnown(String code) {
        assertThat(GuardLog.exitCode(code)).isNull();
    }

    @Test
    void exitCodeOfAProcessIsRead() {
        assertThat(GuardLog.exitCode("143")).isEqualTo(143);
    }

    @Test
    void stepsAreFoundAmongNoise() {
        byte[] tail =
                "\u001b[2J{'loss': 1, 'global_step': 7}\u0000 step   =   12 \uFFFF".getBytes(StandardCharsets.UTF_8);

        assertThat(LogReading.newestStep(tail)).isEqualTo(Optional.of(12L));
    }

    @Provide
    Arbitrary<byte[]> tails() {
        Arbitrary<String> pieces = Arbitraries.of(
                "step ",
                "steps=",
                "999999999999",
                "9",
                "\n",
                "EXIT_CODE=",
                "'global_step': ",
                "\u001b[1m",
                " ",
                ":",
                "\r");
        Arbitrary<String> text = Arbitraries.oneOf(pieces, Arbitraries.strings().ofMaxLength(5))
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
        return Arbitraries.oneOf(
                text.map(string -> string.getBytes(StandardCharsets.UTF_8)),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(200));
    }

    /** Counts how often a character is looked at, which, unlike time, is the same on every machine. */
    private static final class CountingText implements CharSequence {
        private final String text;
        private long looks;

        CountingText(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            looks++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
