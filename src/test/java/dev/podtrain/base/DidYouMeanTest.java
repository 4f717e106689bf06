package dev.podtrain.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {
    private static final List<String> GPUS = List.of(
            "NVIDIA A100 80GB PCIe", "NVIDIA GeForce RTX 4090", "NVIDIA L40S", "NVIDIA L40", "NVIDIA RTX A5000");

    @ParameterizedTest
    @CsvSource({
        "NVIDIA RTX A500, NVIDIA RTX A5000",
        "NVIDA RTX A5000, NVIDIA RTX A5000",
        "nvidia rtx a5000, NVIDIA RTX A5000",
        "NVIDIA RTX 5A000, NVIDIA RTX A5000",
        "RTX 4090, NVIDIA GeForce RTX 4090",
        "rtx-4090, NVIDIA GeForce RTX 4090",
        "A100, NVIDIA A100 80GB PCIe",
        "L40, NVIDIA L40",
    })
    void slipsAndPartsOfANameFindIt(String typed, String meant) {
        assertThat(DidYouMean.closest(typed, GPUS)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "NVIDIA RTX 4090, NVIDIA GeForce RTX 4090",
        "NVIDA RTX 4090, NVIDIA GeForce RTX 4090",
        "NVIDIA A4000, NVIDIA RTX A4000",
        "rtx 4080, NVIDIA GeForce RTX 4080",
        "NVIDIA L4S, NVIDIA L4",
    })
    void aModelsNumberCountsForMoreThanFewSlips(String typed, String meant) {
        List<String> gpus = List.of(
                "NVIDIA RTX A4000",
                "NVIDIA RTX A5000",
                "NVIDIA L4",
                "NVIDIA GeForce RTX 4090",
                "NVIDIA GeForce RTX 4080");

        assertThat(DidYouMean.closest(typed, gpus)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"H200", "TPU v5", "''", "' '", "--"})
    void whatIsLikeNothingFindsNothing(String typed) {
        assertThat(DidYouMean.closest(typed, GPUS)).isEmpty();
    }

    @Test
    void aSwapCountsAsOneSlip() {
        assertThat(DidYouMean.closest("AB", List.of("BA"))).contains("BA");
    }

    @Test
    void aVeryLongWordIsNotCompared() {
        assertThat(DidYouMean.closest("A".repeat(101), List.of("A".repeat(101))))
                .isEmpty();
    }

    @Property(tries = 200)
    void aNameInTheListFindsItself(
            @ForAll @Size(min = 1, max = 5) List<@AlphaChars @StringLength(min = 1, max = 20) String> names) {
        String last = names.get(names.size() - 1);

        assertThat(DidYouMean.closest(last, names))
                .hasValueSatisfying(found -> assertThat(found).isEqualToIgnoringCase(last));
    }
}
