package dev.podtrain.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class SettingsQuotingIT {
    @Property(tries = 25)
    void valuesArriveUnharmedInBash(@ForAll @Size(min = 20, max = 20) List<@From("values") String> values)
            throws IOException {
        assertThat(readBack("bash", values)).isEqualTo(values);
    }

    @Property(tries = 25)
    void valuesArriveUnharmedInDash(@ForAll @Size(min = 20, max = 20) List<@From("values") String> values)
            throws IOException {
        assertThat(readBack("dash", values)).isEqualTo(values);
    }

    @Provide
    Arbitrary<String> values() {
        // Lone surrogates have no bytes; everything else but NUL has.
        Arbitrary<String> any = Arbitraries.strings()
                .all()
                .excludeChars('\0')
                .ofMaxLength(30)
                .filter(text -> UTF_8.newEncoder().canEncode(text));
        Arbitrary<String> nasty = Arbitraries.strings()
                .withChars("'\"\\$`!*?~#&;|<>(){}[]\n\r\t =%äé漢")
                .ofMaxLength(30);
        return Arbitraries.oneOf(any, nasty);
    }

    private static List<String> readBack(String shell, List<String> values) throws IOException {
        var settings = new TreeMap<String, String>();
        for (int i = 0; i < values.size(); i++) {
            settings.put("V%02d".formatted(i), values.get(i));
        }
        Path file = Files.createTempFile("settings", ".env");
        try {
            Files.writeString(file, SettingsFile.render(settings));
            var command = new ArrayList<>(List.of(
                    shell, "-c", ". \"$1\"; shift; for n; do eval \"printf '%s\\0' \\\"\\$$n\\\"\"; done", "x"));
            command.add(file.toString());
            command.addAll(settings.keySet());
            String out = PodFixture.finish(new ProcessBuilder(command).start()).out();
            return List.of(out.split("\0", -1)).subList(0, values.size());
        } finally {
            Files.delete(file);
        }
    }
}
