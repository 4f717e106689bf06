package dev.podtrain.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What must hold whatever stands in the file. */
class EnvFilePropertiesTest {
    /** A line of the file that sets POD_ID, found by another reading than the program's. */
    private static final Pattern OWN_LINE =
            Pattern.compile("(?:\\A(?:\u00EF\u00BB\u00BF)?|(?<=[\n\r]))[ \t]*(?:export[ \t]+)?POD_ID[ \t]*=[^\n\r]*");

    @Property
    void everyByteOutsideTheOwnLineStays(@ForAll("contents") byte[] content) {
        String before = new String(content, ISO_8859_1);

        String after = afterWriting(content);

        String others = OWN_LINE.matcher(before).replaceAll("");
        if (OWN_LINE.matcher(before).find()) {
            assertThat(OWN_LINE.matcher(after).replaceAll("")).isEqualTo(others);
        } else {
            assertThat(after).startsWith(before).hasSizeLessThan(before.length() + "\r\nPOD_ID=p0d\r\n".length() + 1);
        }
    }

    @Property
    void writtenPodIdIsReadBack(@ForAll("contents") byte[] content) {
        String after = afterWriting(content);

        assertThat(OWN_LINE.matcher(after).results()).isNotEmpty().allSatisfy(line -> assertThat(
                        EnvLine.parse(line.group().replace("\u00EF\u00BB\u00BF", "")))
                .contains(new EnvLine("POD_ID", "p0d")));
    }

    @Property
    void writingTwiceIsWritingOnce(@ForAll("contents") byte[] content) {
        String once = afterWriting(content);

        assertThat(afterWriting(once.getBytes(ISO_8859_1))).isEqualTo(once);
    }

    private static String afterWriting(byte[] content) {
        return new String(new EnvFileUpdate(Path.of(".runpod.env"), "POD_ID", "p0d").updated(content), ISO_8859_1);
    }

    @Provide
    Arbitrary<byte[]> contents() {
        Arbitrary<String> pieces = Arbitraries.of(
                "\n",
                "\r\n",
                "\r",
                "POD_ID=",
                "POD_ID",
                "export ",
                "#",
                "=",
                "'",
                "\"",
                "\\",
                " ",
                "\t",
                "A=b",
                "old",
                "\u00EF\u00BB\u00BF");
        Arbitrary<String> noise =
                Arbitraries.strings().withCharRange((char) 0, (char) 255).ofMaxLength(4);
        return Arbitraries.frequencyOf(Tuple.of(4, pieces), Tuple.of(1, noise))
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts).getBytes(ISO_8859_1));
    }
}
