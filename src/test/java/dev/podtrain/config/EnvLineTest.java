package dev.podtrain.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvLineTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            quoteCharacter = '¤',
            value = {
                "A=b|b",
                "A=|¤¤",
                "  A = b c  |b c",
                "A=b # comment|b",
                "A=b\t# comment|b",
                "A= # comment|¤¤",
                "A=b#c|b#c",
                "A=#c|#c",
                "A=b=c|b=c",
                "A=it's|it's",
                "A=$HOME/x|$HOME/x",
                "A='b # c'|b # c",
                "A='b \\n c'|b \\n c",
                "A='$B'|$B",
                "A='' # comment|¤¤",
                "A=\"b \\\"c\\\" \\\\ \\$D\"|b \"c\" \\ $D",
                "A=\"b\\tc\"|b\tc",
                "A=\"$B # c\"  # comment|$B # c",
                "export A=b|b",
                "export\tA=b|b",
                "A=b\r|b",
                "A=grün|grün",
            })
    void valueOfALine(String line, String value) throws BadValue {
        assertThat(EnvLine.parse(line)).contains(new EnvLine("A", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\r", "# A=b", "  # A=b", "#"})
    void blankLinesAndCommentsAssignNothing(String line) throws BadValue {
        assertThat(EnvLine.parse(line)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '¤',
            value = {
                "just words|has no '='",
                "=b|does not begin with a name",
                "1A=b|does not begin with a name",
                "A-B=c|does not begin with a name",
                "set A=b|does not begin with a name",
                "A='b|has a single quote that is not closed",
                "A=\"b|has a double quote that is not closed",
                "A=\"b\\\"|has a double quote that is not closed",
                "A=\"b\\|has a backslash in double quotes",
                "A=\"C:\\Users\"|has a backslash in double quotes",
                "A='b' c|has text behind the closing quote",
                "A='b'# c|has text behind the closing quote",
                "A=\"b\"\"c\"|has text behind the closing quote",
                "A=b\rB=c|has a carriage return inside",
                "# x\rA=b|has a carriage return inside",
            })
    void malformedLineSaysWhatIsWrong(String line, String reason) {
        assertThatThrownBy(() -> EnvLine.parse(line))
                .isInstanceOf(BadValue.class)
                .hasMessageStartingWith(reason);
    }

    @Property
    void whatIsPrintedIsReadBack(@ForAll("names") String name, @ForAll("values") String value) throws BadValue {
        EnvLine line = new EnvLine(name, value);

        String printed = line.print();

        assertThat(printed).doesNotContain("\n", "\r");
        assertThat(EnvLine.parse(printed)).contains(line);
        assertThat(EnvLine.parse("  export " + printed + " # comment\r")).contains(line);
    }

    @Property
    void replacingAValueKeepsTheRestOfTheLine(
            @ForAll("names") String name, @ForAll("values") String before, @ForAll("values") String after)
            throws BadValue {
        String line = "\texport  " + new EnvLine(name, before).print() + " # comment";

        String replaced = EnvLine.replaceValue(line, name, after).orElseThrow();

        assertThat(replaced).startsWith("\texport  " + name + "=").endsWith(" # comment");
        assertThat(EnvLine.parse(replaced)).contains(new EnvLine(name, after));
        assertThat(EnvLine.replaceValue(line, name + "_", after)).isEmpty();
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings()
                .withChars("AZaz_")
                .ofMinLength(1)
                .ofMaxLength(8)
                .filter(name -> !name.equals("export"));
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.strings()
                .withChars("ab1 \t\n\r'\"\\$#=`{}&;ü€-")
                .withCharRange(' ', (char) 0x2FF)
                .ofMaxLength(30)
                .filter(value -> value.chars().noneMatch(c -> c >= 0x7F && c <= 0x9F));
    }
}
