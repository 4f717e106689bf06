package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTagTest {
    @ParameterizedTest
    @CsvSource({
        "runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404, 12.8",
        "runpod/pytorch:1.0.7-cu1300-torch291-ubuntu2404, 13.0",
        "pytorch-cu118:cu124, 12.4",
    })
    void tagTellsTheCudaVersion(String image, String version) {
        assertThat(ImageTag.cudaVersion(image)).contains(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ubuntu:24.04", "me/image", "me/image:cuda12", "me/focus1281:1"})
    void otherTagsTellNothing(String image) {
        assertThat(ImageTag.cudaVersion(image)).isEmpty();
    }

    @Test
    void versionsAreComparedByNumbers() {
        assertThat(ImageTag.compare("12.11", "12.2")).isPositive();
        assertThat(ImageTag.compare("11.8", "12.1")).isNegative();
        assertThat(ImageTag.compare("12.8", "12.8")).isZero();
    }
}
