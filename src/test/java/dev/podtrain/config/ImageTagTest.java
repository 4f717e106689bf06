package dev.podtrain.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTagTest {
    @ParameterizedTest
    @CsvSource({
        "runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404, 12.8",
        "runpod/base:1.0.7-cu1300-ubuntu2404, 13.0",
        "pytorch/pytorch:2.8.0-cuda12.8-cudnn9-devel, 12.8",
        "nvidia/cuda:12.9.1-cudnn-devel-ubuntu24.04, 12.9",
        "vllm/vllm:cu128, 12.8",
        "me/image:1, ",
        "acu1281/x:2, ",
        "python:3.12-slim, "
    })
    void tagTellsTheCudaVersionOrNothing(String image, String version) {
        assertThat(ImageTag.cuda(image)).isEqualTo(Optional.ofNullable(version));
    }

    @Test
    void versionsAreComparedByNumbers() {
        assertThat(ImageTag.compare("12.11", "12.2")).isPositive();
        assertThat(ImageTag.compare("11.8", "12.1")).isNegative();
        assertThat(ImageTag.compare("12.8", "12.8")).isZero();
    }
}
