package dev.podtrain.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Anything may stand in a container's log around the host keys, and some of it on purpose. */
class HostileHostKeyLogTest {
    private static final String KEY = "SHA256:RGq9Ci87oI5HwwyVmMt0Bvj8ORTtWXpYWxDXSqAcvJE";

    @Property(tries = 500)
    void onlyWholeFingerprintsOfTheLastBlockAreKeys(@ForAll("logs") List<String> lines) {
        Optional<Set<String>> found = HostKeyLog.fingerprints(lines);

        found.ifPresent(keys -> assertThat(keys)
                .isNotEmpty()
                .allMatch(key -> key.matches("SHA256:[A-Za-z0-9+/]{43}"))
                .allMatch(key -> lines.lastIndexOf("SSH host keys:") < lastLineWith(key, lines)));
    }

    @Property(tries = 500)
    void readingLineByLineIsReadingAtOnce(@ForAll("logs") List<String> lines) {
        HostKeyLog log = new HostKeyLog();
        List<String> soFar = new ArrayList<>();

        for (String line : lines) {
            log.add(line);
            soFar.add(line);
            assertThat(log.fingerprints()).isEqualTo(HostKeyLog.fingerprints(soFar));
        }
    }

    @Test
    void floodOfKeysDoesNotFillTheMemory() {
        HostKeyLog log = new HostKeyLog();
        log.add("SSH host keys:");
        IntStream.range(0, 10_000)
                .mapToObj("%043d"::formatted)
                .forEach(digits -> log.add("256 SHA256:" + digits + " root@x (ED25519)"));
        log.add("Exporting environment variables...");

        assertThat(log.fingerprints().orElseThrow()).hasSizeLessThan(101);
    }

    private static int lastLineWith(String key, List<String> lines) {
        return IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).contains(key))
                .max()
                .orElse(-1);
    }

    @Provide
    Arbitrary<List<String>> logs() {
        Arbitrary<String> lines = Arbitraries.oneOf(
                Arbitraries.of(
                        "SSH host keys:",
                        "Exporting environment variables...",
                        "256 " + KEY + " root@x (ED25519)",
                        "256 " + KEY.replace('R', 'S') + " root@x (RSA)",
                        "256 " + KEY + "A root@x (ED25519)",
                        "  256 " + KEY + " root@x (ED25519)\r",
                        "\u001b[2J256 " + KEY + " root@x (ED25519)",
                        "256 SHA256:short root@x (ED25519)",
                        "9".repeat(1000) + " " + KEY + " (ED25519)",
                        ""),
                Arbitraries.strings().ofMaxLength(30));
        return lines.list().ofMaxSize(15);
    }
}
