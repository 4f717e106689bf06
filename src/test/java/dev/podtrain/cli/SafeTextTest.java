package dev.podtrain.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain ä 漢 😀|plain ä 漢 😀",
                "a\u001b[1;31mred\u001b[0mb|aredb",
                "a\u001b]8;;http://x\u001b\\link\u001b]8;;\u0007b|alinkb",
                "a\u001bcb|ab",
                "a\u001b(Bb|ab",
                "a\u001bP1;2|a",
                "a\u009b2Jb|ab",
                "a\u009d0;title\u009cb|ab",
                "a\u0000\u0008\u007f\u0085b|ab",
                "a\u202eb\u2066c|abc",
                "a\u001b[31\u001b[32mb|ab",
                "a\u001b\u001b[1mb|ab",
                "a\u001b]x\u001b[1mb|ab"
            })
    void controlsAreLeftOutAndTextStays(String text, String shown) {
        assertThat(SafeText.ofMessage(text)).isEqualTo(shown);
    }

    @Test
    void lineEndsATitleThatDoesNotEnd() {
        assertThat(SafeText.ofMessage("a\u001b]0;title\nb")).isEqualTo("a\nb");
        assertThat(SafeText.ofMessage("\u001b]0;" + "x".repeat(3000) + "b")).endsWith("xb");
    }

    @Test
    void carriageReturnsStayInALogOnly() {
        byte[] bytes = "50%\r60%\r\n".getBytes(UTF_8);

        assertThat(SafeText.ofLog().next(bytes, bytes.length)).isEqualTo("50%\r60%\r\n");
        assertThat(SafeText.ofMessage("50%\r60%")).isEqualTo("50%60%");
    }

    @Test
    void invalidUtf8IsReplaced() {
        byte[] bytes = {'a', (byte) 0xff, 'b', (byte) 0xc3, '(', (byte) 0xe2, (byte) 0x82};
        SafeText text = SafeText.ofLog();

        assertThat(text.next(bytes, bytes.length) + text.end()).isEqualTo("a\ufffdb\ufffd(\ufffd");
    }

    @Property(tries = 300)
    void nothingThatATerminalObeysComesThrough(
            @ForAll("hostileBytes") byte[] bytes, @ForAll @IntRange(min = 1, max = 9) int chunk) {
        String shown = inChunks(bytes, chunk);

        assertThat(shown.chars().filter(c -> c != '\n' && c != '\t' && c != '\r'))
                .noneMatch(c -> c < ' ' || (c >= 0x7f && c <= 0x9f));
    }

    @Property(tries = 300)
    void itDoesNotMatterWhereTheChunksAreCut(
            @ForAll("hostileBytes") byte[] bytes, @ForAll @IntRange(min = 1, max = 9) int chunk) {
        assertThat(inChunks(bytes, chunk)).isEqualTo(inChunks(bytes, bytes.length + 1));
    }

    @Provide
    Arbitrary<byte[]> hostileBytes() {
        Arbitrary<Byte> any = Arbitraries.bytes();
        Arbitrary<Byte> likely = Arbitraries.of(
                (byte) 27,
                (byte) '[',
                (byte) ']',
                (byte) '\\',
                (byte) 'm',
                (byte) 7,
                (byte) '\n',
                (byte) 'P',
                (byte) 0xc2,
                (byte) 0x9b,
                (byte) 0x9d,
                (byte) 0xe2,
                (byte) 0x82,
                (byte) 0xac,
                (byte) 0xf0,
                (byte) '1');
        return Arbitraries.oneOf(any, likely).array(byte[].class).ofMaxSize(200);
    }

    private static String inChunks(byte[] bytes, int chunk) {
        SafeText text = SafeText.ofLog();
        StringBuilder shown = new StringBuilder();
        for (int from = 0; from < bytes.length; from += chunk) {
            byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + chunk));
            shown.append(text.next(part, part.length));
        }
        return shown.append(text.end()).toString();
    }
}
