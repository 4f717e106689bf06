package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BootErrorTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            error pulling image: toomanyrequests: You have reached your unauthenticated pull rate limit | REGISTRY_LIMIT
            nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.8, please update your driver | CUDA_TOO_OLD
            Error response from daemon: manifest for me/image:9 not found: manifest unknown | NO_SUCH_IMAGE
            pull access denied for me/private, repository does not exist or may require docker login | NO_SUCH_IMAGE
            no matching manifest for linux/amd64 in the manifest list entries | WRONG_PLATFORM
            exec /bin/bash: exec format error | WRONG_PLATFORM
            runc create failed: exec: "bash": executable file not found in $PATH: unknown | NO_SUCH_COMMAND
            error mounting "/mnt/vol" to rootfs at "/workspace" | MOUNT_FAILED
            """)
    void lineThatKeepsAContainerFromStartingIsKnown(String line, BootError expected) {
        assertThat(BootError.in(line)).hasValueSatisfying(found -> {
            assertThat(found.error()).isEqualTo(expected);
            assertThat(found.meaning()).contains(line);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create container runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404",
                "1.0.2-cu1281-torch280-ubuntu2404 Pulling from runpod/pytorch",
                "Status: Downloaded newer image for runpod/pytorch:1.0.2",
                "start container",
                ""
            })
    void ordinaryLineIsNoError(String line) {
        assertThat(BootError.in(line)).isEmpty();
    }

    @Test
    void driverThatIsTooOldNamesTheSettingWithItsValue() {
        BootError.Found found =
                BootError.in("unsatisfied condition: cuda>=12.9").orElseThrow();

        assertThat(found.fix()).isEqualTo("set MIN_CUDA_VERSION=12.9");
        assertThat(found.isHopeless()).isFalse();
    }
}
