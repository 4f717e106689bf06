package dev.podtrain.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.script.Preflight.Finding;
import dev.podtrain.script.Preflight.Level;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class PreflightTest {
    @Test
    void linesOfAChattyShellArePassedOver() {
        assertThat(Preflight.parse("Welcome to the pod!\nkey ok fine\ngpu fail none\n\ndone\n"))
                .contains(new Preflight(
                        List.of(new Finding("key", Level.OK, "fine"), new Finding("gpu", Level.FAIL, "none"))));
    }

    @Test
    void whatWasCutOffIsNoAnswer() {
        assertThat(Preflight.parse("key ok fine\ndo")).isEmpty();
        assertThat(Preflight.parse("done\n")).isEmpty();
    }

    @Property(tries = 300)
    void anythingPrintedIsReadOrRefused(@ForAll @StringLength(max = 500) String printed) {
        Preflight.parse(printed + "\nkey ok " + printed + "\ndone")
                .ifPresent(preflight -> assertThat(preflight.findings())
                        .allSatisfy(finding -> assertThat(finding.words()).hasSizeLessThan(301)));
    }
}
