package dev.podtrain.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    private static final String DOCUMENT = """
            {"text":"a\\u00fc","whole":3.0,"price":0.27,"huge":1e999999999,"yes":true,"none":null,
             "at":"2026-08-20T06:16:19.436Z","list":[{"id":1},{"id":"2"}],"map":{"a":"b","c":null}}""";

    @Test
    void readsEachKindOfValue() {
        Json json = Json.parse(DOCUMENT);

        assertThat(json.member("text").text()).isEqualTo("aü");
        assertThat(json.member("whole").integer()).isEqualTo(3);
        assertThat(json.member("price").decimal()).isEqualTo(new BigDecimal("0.27"));
        assertThat(json.member("yes").bool()).isTrue();
        assertThat(json.member("at").instant()).isEqualTo(Instant.parse("2026-08-20T06:16:19.436Z"));
        assertThat(json.find("none")).isEmpty();
        assertThat(json.find("missing")).isEmpty();
        assertThat(json.has("none")).isTrue();
        assertThat(json.member("map").members().keySet()).containsExactly("a");
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void namesTheMemberThatIsWrong(Consumer<Json> reading, String message) {
        assertThatThrownBy(() -> reading.accept(Json.parse(DOCUMENT)))
                .isInstanceOf(JsonException.class)
                .hasMessage(message);
    }

    private static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(json -> json.member("missing"), "member 'missing' is missing"),
                mistake(json -> json.member("none"), "member 'none' is missing"),
                mistake(json -> json.member("text").integer(), "member 'text' is not a number"),
                mistake(json -> json.member("price").integer(), "member 'price' is not a whole number"),
                mistake(json -> json.member("huge").integer(), "member 'huge' is not a number of sensible size"),
                mistake(json -> json.member("huge").decimal(), "member 'huge' is not a number of sensible size"),
                mistake(json -> json.member("text").instant(), "member 'text' is not a time"),
                mistake(json -> json.member("yes").text(), "member 'yes' is not a text"),
                mistake(json -> json.member("list").members(), "member 'list' is not an object"),
                mistake(json -> json.member("map").items(), "member 'map' is not an array"),
                mistake(
                        json -> json.member("list")
                                .items(item -> item.member("id").text()),
                        "member 'list[0].id' is not a text"),
                mistake(json -> json.member("map").member("a").bool(), "member 'map.a' is not true or false"));
    }

    private static Arguments mistake(Consumer<Json> reading, String message) {
        return Arguments.of(reading, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "{", "{\"a\":", "{\"a\":1}}", "[1,]", "{'a':1}", "nul", "01", "\"hunter2", "{} {}"})
    void refusesWhatIsNotOneDocumentWithoutShowingIt(String text) {
        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOf(JsonException.class)
                .hasNoCause()
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void refusesDeepNestingAndLongNumbers() {
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.parse("1".repeat(100_000))).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.parse("1e" + "9".repeat(50))).isInstanceOf(JsonException.class);
    }

    /** Ten megabytes of brackets would be some hundred megabytes of objects. */
    @Test
    void refusesMoreValuesThanAnyAnswerHas() {
        assertThatThrownBy(() -> Json.parse("[" + "[],".repeat(1_000_000) + "[]]"))
                .isInstanceOf(JsonException.class)
                .hasMessage("it holds more values than any answer");
        assertThatThrownBy(() -> Json.parse("{" + "\"a\":1,".repeat(1_000_000) + "\"b\":1}"))
                .isInstanceOf(JsonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+1000000000-12-31T23:59:59.999999999Z", "-1000000000-01-01T00:00:00Z", "soon", ""})
    void refusesTimesThatCannotBeReckonedWith(String time) {
        assertThatThrownBy(() -> Json.parse("\"" + time + "\"").instant())
                .isInstanceOf(JsonException.class)
                .hasMessage("the document is not a time");
    }

    @Test
    void whatIsWrittenReadsTheSame() {
        String awkward = "quote\" back\\slash\nline\ttab \u0001 ü \uD83D\uDE80 {{ RUNPOD_SECRET_x }}";

        Json json = Json.parse(JsonBody.of(body -> {
            body.text("text", awkward);
            body.number("number", 60);
            body.texts("map", Map.of(awkward, awkward));
            body.arrayOfOne("list", item -> item.text("id", "v"));
        }));

        assertThat(json.member("text").text()).isEqualTo(awkward);
        assertThat(json.member("number").integer()).isEqualTo(60);
        assertThat(json.member("map").member(awkward).text()).isEqualTo(awkward);
        assertThat(json.member("list").items()).hasSize(1);
    }
}
