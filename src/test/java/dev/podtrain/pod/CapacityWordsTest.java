package dev.podtrain.pod;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CapacityWordsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "There are no longer any instances available with the requested specifications. Please refresh and try again.",
                "There are no longer any instances available with enough disk space.",
                "There are no longer any instances available with the request specifications. Please try again later.",
                "This machine does not have the resources to deploy your pod. Please try a different machine",
                "start pod: There are not enough free GPUs on the host machine to start this pod.",
                "Insufficient resources",
                "no GPUs available",
                "SOLD OUT"
            })
    void recordedTextsMeanThatNoMachineIsFree(String detail) {
        assertThat(CapacityWords.areIn(detail)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "You must either provide a template id or pod configuration parameters",
                "Something went wrong. Please try again later or contact support.",
                "network volume is not in the requested data center",
                "mounts.network and mounts.persistent exclude each other",
                "insufficient balance"
            })
    void otherTextsMeanABrokenRule(String detail) {
        assertThat(CapacityWords.areIn(detail)).isFalse();
    }
}
