package dev.podtrain.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class JsonLogTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final FakeTerminal terminal = new FakeTerminal();
    private final JsonLog log = new JsonLog(new Screen(terminal));

    @Test
    void incompleteLineIsHeldBack() throws JsonProcessingException {
        send(5, "a\nbc");
        assertThat(events()).hasSize(1);

        send(9, "d");
        assertThat(events()).hasSize(1);

        log.finish();
        assertThat(terminal.shownOut()).isEqualTo("""
                        {"event":"log","offset":5,"text":"a\\n"}
                        {"event":"log","offset":7,"text":"bcd"}
                        """);
    }

    @Test
    void invalidUtf8IsReplaced() {
        log.accept(0, new byte[] {'a', (byte) 0xff, '\n'}, 3);

        assertThat(terminal.shownOut()).isEqualTo("{\"event\":\"log\",\"offset\":0,\"text\":\"a\\uFFFD\\n\"}\n");
    }

    @Test
    void longLineComesInPiecesOfWholeCharacters() throws JsonProcessingException {
        String line = "x" + "€".repeat(100_000) + "😀".repeat(50_000) + "\n";

        send(0, line);

        StringBuilder joined = new StringBuilder();
        long expectedOffset = 0;
        for (JsonNode event : events()) {
            String text = event.get("text").asText();
            assertThat(event.get("offset").asLong()).isEqualTo(expectedOffset);
            assertThat(text.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(JsonLog.LONGEST_PIECE);
            expectedOffset += text.getBytes(UTF_8).length;
            joined.append(text);
        }
        assertThat(joined).hasToString(line);
    }

    @Test
    void longLineOfNoCharactersAtAllDoesNotStopIt() {
        byte[] continuations = new byte[JsonLog.LONGEST_PIECE * 2];
        Arrays.fill(continuations, (byte) 0x80);

        log.accept(0, continuations, continuations.length);
        log.finish();

        assertThat(terminal.shownOut().lines()).hasSize(2);
    }

    @Property(tries = 100)
    void eventsPutTogetherAreTheLog(
            @ForAll @StringLength(max = 300) String text, @ForAll @IntRange(min = 1, max = 7) int chunk)
            throws JsonProcessingException {
        FakeTerminal fresh = new FakeTerminal();
        JsonLog freshLog = new JsonLog(new Screen(fresh));
        byte[] bytes = text.getBytes(UTF_8);
        for (int from = 0; from < bytes.length; from += chunk) {
            byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + chunk));
            freshLog.accept(from, part, part.length);
        }
        freshLog.finish();

        StringBuilder joined = new StringBuilder();
        for (JsonNode event : events(fresh)) {
            joined.append(event.get("text").asText());
        }
        assertThat(joined).hasToString(new String(bytes, UTF_8));
    }

    private void send(long offset, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        log.accept(offset, bytes, bytes.length);
    }

    private List<JsonNode> events() throws JsonProcessingException {
        return events(terminal);
    }

    private static List<JsonNode> events(FakeTerminal terminal) throws JsonProcessingException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : terminal.shownOut().lines().toList()) {
            events.add(MAPPER.readTree(line));
        }
        return events;
    }
}
