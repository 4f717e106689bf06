package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.Shell;
import dev.podtrain.local.PodDefinition.ContainerSpec;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ContainerCommandTest {
    @Test
    void argsAreSplitLikeAShellDoesWithoutExpanding() {
        assertThat(ContainerCommand.fromArgs("bash -c 'echo \"$HOME\"; x' a\\ b \"c \\\"d\\\" \\n $e\" ''"))
                .containsExactly("bash", "-c", "echo \"$HOME\"; x", "a b", "c \"d\" \\n $e", "");
    }

    @Property(tries = 200)
    void quotedWordsArriveAsTheyWere(@ForAll @Size(max = 5) List<@NotBlank String> words) {
        List<String> clean =
                words.stream().map(word -> "x" + word.replace("\0", "")).toList();

        assertThat(ContainerCommand.fromArgs(Shell.join(clean))).isEqualTo(clean);
    }

    @Test
    void argsMayBeTheExecFormAsText() {
        assertThat(ContainerCommand.fromArgs("{\"entrypoint\":[\"/e\"],\"cmd\":[\"a b\",\"c\"]}"))
                .containsExactly("/e", "a b", "c");
    }

    @Test
    void openQuoteIsRefused() {
        assertThatThrownBy(() -> ContainerCommand.fromArgs("echo 'a"))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(422));
    }

    @Test
    void withoutACommandTheImagesOwnRuns() {
        assertThat(ContainerCommand.of(container("", List.of()))).containsExactly("/start.sh");
        assertThat(ContainerCommand.of(container("", List.of("sleep", "5")))).containsExactly("sleep", "5");
        assertThat(ContainerCommand.of(container("sleep 6", List.of()))).containsExactly("sleep", "6");
    }

    private static ContainerSpec container(String args, List<String> cmd) {
        return new ContainerSpec("n", "i", 1, List.of(), Map.of(), args, List.of(), cmd, null);
    }
}
