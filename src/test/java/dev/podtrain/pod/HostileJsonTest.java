package dev.podtrain.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podtrain.http.Json;
import dev.podtrain.http.JsonException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each member of each sample in turn has every odd value: it is read or refused by name, nothing else happens. */
class HostileJsonTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "70000",
            "1e39",
            "-0.5",
            "\"\"",
            "\" \"",
            "\"..\"",
            "\"\\u001b[2J\\u0000\"",
            "\"+1000000000-12-31T23:59:59.999999999Z\"",
            "[]",
            "[null]",
            "[[1]]",
            "{}",
            "{\"a\":{}}");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pod-running.json",
                "pods-page-2.json",
                "gpus.json",
                "network-volumes.json",
                "billing.json",
                "balance.json"
            })
    void oddMemberIsReadOrRefused(String sample) throws IOException {
        JsonNode whole = MAPPER.readTree(Samples.text(sample));
        int tried = 0;
        for (Place place : places(whole)) {
            for (String value : VALUES) {
                place.set.accept(MAPPER.readTree(value));
                read(sample, whole.toString());
                tried++;
            }
            place.set.accept(place.original);
        }
        assertThat(tried).isGreaterThan(50);
    }

    private static void read(String sample, String text) {
        try {
            Json json = Json.parse(text);
            switch (sample) {
                case "pod-running.json" -> use(PodJson.pod(json));
                case "gpus.json" -> json.member("gpus").items(item -> PodJson.gpuType(item, CloudType.SECURE, 1));
                case "network-volumes.json" -> json.member("networkVolumes").items(PodJson::networkVolume);
                case "billing.json" -> new BillingCalls.PodHours(new PodId("5xq1abc7eg46tq"), Instant.EPOCH).read(json);
                case "balance.json" -> new AccountApi.GetBalance().read(json);
                default -> new PodCalls.ListPods(null).read(json).pods().forEach(HostileJsonTest::use);
            }
        } catch (JsonException expected) {
            assertThat(expected.getMessage()).isNotEmpty().doesNotContain("\u001b");
        }
    }

    /** What callers reckon with. */
    private static void use(Pod pod) {
        assertThat(pod.hourlyPriceUsd().toPlainString()).hasSizeLessThan(100);
        assertThat(pod.disks().dailyUsd(true)).isNotNegative();
        if (pod.createdAt() != null) {
            assertThat(pod.createdAt().plusSeconds(1)).isAfter(Instant.EPOCH);
        }
        assertThat(pod.toString()).doesNotContain("AAAAC3");
    }

    private record Place(JsonNode original, Consumer<JsonNode> set) {}

    private static List<Place> places(JsonNode node) {
        List<Place> places = new ArrayList<>();
        if (node instanceof ObjectNode object) {
            object.properties().forEach(member -> {
                places.add(new Place(member.getValue(), value -> object.set(member.getKey(), value)));
                places.addAll(places(member.getValue()));
            });
        } else if (node instanceof ArrayNode array && !array.isEmpty()) {
            places.add(new Place(array.get(0), value -> array.set(0, value)));
            places.addAll(places(array.get(0)));
        }
        return places;
    }
}
