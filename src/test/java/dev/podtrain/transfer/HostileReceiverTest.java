package dev.podtrain.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back over the channel on which the code travels; the other end may be anything. */
class HostileReceiverTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CodeTree TREE = new CodeTree(
            Path.of("/p"),
            List.of(new CodeFile.Regular("a", 1, false, "0".repeat(64)), new CodeFile.Link("b", "a")),
            "tree",
            List.of());

    @ParameterizedTest
    @ValueSource(strings = {"[null]", "[-1]", "[2]", "[1]", "[0,2147483647]", "null"})
    void filesThatThereAreNotCannotBeAskedFor(String need) throws IOException {
        assertThat(next("{\"need\":" + need + "}").orElseThrow().needed(TREE)).isEmpty();
    }

    @Test
    void filesAreFoundByTheirIndexBehindAGreeting() throws IOException {
        assertThat(next("Welcome!\n\n{\"need\":[0],\"later\":1}\n")
                        .orElseThrow()
                        .needed(TREE))
                .contains(List.of((CodeFile.Regular) TREE.files().get(0)));
    }

    @Test
    void lineWithoutEndDoesNotFillTheMemory() {
        int[] read = {0};
        Reader endless = new Reader() {
            @Override
            public int read(char[] buffer, int offset, int length) {
                Arrays.fill(buffer, offset, offset + length, 'x');
                read[0] += length;
                return length;
            }

            @Override
            public void close() {}
        };

        assertThatThrownBy(() -> ReceiverMessages.next(endless, JSON)).isInstanceOf(IOException.class);
        assertThat(read[0]).isLessThan(ReceiverMessages.LONGEST_LINE + 2);
    }

    @Property(tries = 500)
    void anythingIsAnAnswerOrNone(@ForAll("printed") String printed) {
        try {
            next(printed).ifPresent(answer -> assertThat(answer.needed(TREE)).isNotNull());
        } catch (IOException expected) {
            assertThat(expected).isNotNull();
        }
    }

    @Provide
    Arbitrary<String> printed() {
        return Arbitraries.oneOf(
                        Arbitraries.of(
                                "{",
                                "}",
                                "[",
                                "]",
                                "\"need\":",
                                "\"done\":",
                                "\"problem\":",
                                "null",
                                "1e999",
                                "-1",
                                "0",
                                ",",
                                "\n",
                                "\"kind\":",
                                "{\"need\":[0]}",
                                "\u001b[2J"),
                        Arbitraries.strings().ofMaxLength(5))
                .list()
                .ofMaxSize(15)
                .map(parts -> String.join("", parts));
    }

    private static Optional<ReceiverMessages.Answer> next(String printed) throws IOException {
        return ReceiverMessages.next(new StringReader(printed), JSON);
    }
}
