package dev.podtrain.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SettingsFileTest {
    @Test
    void everyEntryIsOneQuotedAssignmentInTheOrderOfNames() {
        String file = SettingsFile.render(new TreeMap<>(Map.of("RUN_ID", "digits", "CONFIG", "it's")));

        assertThat(file).isEqualTo("CONFIG='it'\\''s'\nRUN_ID='digits'\n");
    }

    @Test
    void nameThatIsNoVariableIsRefused() {
        assertThatThrownBy(() -> SettingsFile.render(new TreeMap<>(Map.of("A;rm -rf /", "x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("A;rm -rf /");
    }

    @Test
    void refusalOfNulDoesNotShowTheValue() {
        assertThatThrownBy(() -> SettingsFile.render(new TreeMap<>(Map.of("HF_TOKEN", "canary\0"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
    }
}
