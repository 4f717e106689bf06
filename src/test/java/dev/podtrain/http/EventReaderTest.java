package dev.podtrain.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class EventReaderTest {
    private final List<ServerEvent> events = new ArrayList<>();

    @Test
    void readsIdsAndDataAndIgnoresTheRest() throws IOException {
        StreamEnd end = read("""
                : hello

                event: line
                id: 1/a
                data: one

                data:two\r
                data: lines\r
                retry: 5\r
                \r
                id
                data: ü

                """);

        assertThat(events)
                .containsExactly(
                        new ServerEvent("1/a", "one"), new ServerEvent("1/a", "two\nlines"), new ServerEvent("", "ü"));
        assertThat(end).isEqualTo(StreamEnd.closed("the stream ended"));
    }

    @Test
    void anEventThatWasCutOffDoesNotCount() throws IOException {
        read("id: 1\ndata: whole\n\nid: 2\ndata: ha");

        assertThat(events).containsExactly(new ServerEvent("1", "whole"));
    }

    @Test
    void endsWhenTheReceiverHasHadEnough() throws IOException {
        StreamEnd end = new EventReader(stream("data: 1\n\ndata: 2\n\n")).readInto(event -> false);

        assertThat(end).isEqualTo(StreamEnd.enough());
    }

    @Test
    void aLineWithoutEndDoesNotFillTheMemory() throws IOException {
        InputStream endless = new InputStream() {
            private int left = 20_000_000;

            @Override
            public int read() {
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                int count = Math.min(length, left);
                left -= count;
                return count == 0 ? -1 : count;
            }
        };

        StreamEnd end = new EventReader(endless).readInto(events::add);

        assertThat(end).isInstanceOf(StreamEnd.Closed.class);
        assertThat(events).isEmpty();
    }

    /** Ids are remembered by the thousand. */
    @Test
    void anIdThatIsLongerThanAnyIsNoId() throws IOException {
        read("id: short\nid: " + "x".repeat(100_000) + "\ndata: one\n\n");

        assertThat(events).containsExactly(new ServerEvent("short", "one"));
    }

    @Property(tries = 500)
    void anyBytesAreEventsOfBoundedSize(@ForAll("streams") byte[] bytes) throws IOException {
        List<ServerEvent> read = new ArrayList<>();

        StreamEnd end = new EventReader(new ByteArrayInputStream(bytes)).readInto(read::add);

        assertThat(end).isEqualTo(StreamEnd.closed("the stream ended"));
        int size = read.stream().mapToInt(event -> event.data().length()).sum();
        assertThat(size).isLessThanOrEqualTo(bytes.length);
    }

    @Provide
    Arbitrary<byte[]> streams() {
        Arbitrary<String> pieces =
                Arbitraries.of("id:", "data:", "data", "\n", "\r\n", "\n\n", ":", " ", "\0", "{\"line\":1}", "\u00fc");
        return Arbitraries.oneOf(
                pieces.list().ofMaxSize(30).map(parts -> String.join("", parts).getBytes(StandardCharsets.UTF_8)),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(100));
    }

    private StreamEnd read(String text) throws IOException {
        return new EventReader(stream(text)).readInto(events::add);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
