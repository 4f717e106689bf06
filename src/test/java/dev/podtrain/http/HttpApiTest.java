package dev.podtrain.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.podtrain.base.ClosedPort;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.contract.StubProvider;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpApiTest {
    @RegisterExtension
    static final StubProvider PROVIDER = new StubProvider();

    private ApiFixture fixture;

    @BeforeEach
    void connect() {
        fixture = new ApiFixture(PROVIDER.base());
    }

    @AfterEach
    void disconnect() {
        fixture.close();
    }

    @Test
    void readsAnAnswer() throws InterruptedException {
        answer(okJson("{\"word\":\"hello\",\"new\":[1]}"));

        assertThat(fixture.api.call(TestCall.read())).isEqualTo("hello");

        assertThat(fixture.diagnosis).singleElement().asString().startsWith("GET /thing -> 200 in ");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504, 524})
    void triesARepeatableCallAgain(int status) throws InterruptedException {
        firstThen(aResponse().withStatus(status), okJson("{\"word\":\"late\"}"));

        assertThat(fixture.api.call(TestCall.read())).isEqualTo("late");

        assertRequests(2);
        assertThat(fixture.reports).containsExactly("could not read the thing, trying again in 1 s");
    }

    @ParameterizedTest
    @CsvSource({"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE", "MALFORMED_RESPONSE_CHUNK"})
    void triesARepeatableCallAgainAfterABrokenConnection(Fault fault) throws InterruptedException {
        firstThen(aResponse().withFault(fault), okJson("{\"word\":\"late\"}"));

        assertThat(fixture.api.call(TestCall.read())).isEqualTo("late");
    }

    @ParameterizedTest
    @CsvSource({
        "'Mon, 23 Nov 2026 12:05:00 GMT', PT5M",
        "'Mon, 23 Nov 2026 11:59:00 GMT', PT-1M",
        "today, ",
        "'Mon, 23 Nov 999999999999 12:05:00 GMT', "
    })
    void tellsTheDifferenceToTheServersClock(String date, @Nullable Duration difference) throws InterruptedException {
        answer(okJson("{\"word\":\"now\"}").withHeader("Date", date));

        fixture.api.call(TestCall.read());

        assertThat(fixture.api.clockDifference()).isEqualTo(Optional.ofNullable(difference));
    }

    @Test
    void givesUpAfterTheLastTryWithGrowingPauses() {
        answer(aResponse().withStatus(503).withHeader("x-request-id", "req-7"));

        Problem problem = problem(TestCall.read());

        assertRequests(4);
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(1 + 2 + 4));
        assertThat(problem.what()).isEqualTo("could not read the thing");
        assertThat(problem.why()).contains("status 503").contains("req-7");
        assertThat(problem.left()).isEqualTo("the thing is where it was");
    }

    @Test
    void givesUpWhenTheTotalTimeIsOver() {
        answer(aResponse().withStatus(503));
        HttpLimits limits = new HttpLimits(Duration.ofSeconds(5), Duration.ofMillis(3500), 100, 1000);

        Problem problem = problem(fixture.api(PROVIDER.base(), limits, fixture.time), TestCall.read());

        assertRequests(3);
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(3));
        assertThat(problem.why()).contains("503");
    }

    @ParameterizedTest
    @CsvSource({
        "400, FAILED, 'status 400, because'",
        "401, NOT_AUTHENTICATED, does not accept the API key",
        "402, FAILED, the balance is too low",
        "403, NOT_AUTHENTICATED, lacks the right",
        "404, FAILED, because",
        "405, FAILED, because",
        "410, FAILED, this API no longer exists",
        "413, FAILED, because",
        "422, FAILED, because $.a: wrong; $.b: wrong",
    })
    void aRefusalIsAProblemAtOnce(int status, Problem.Kind kind, String why) {
        String errors = status == 422 ? ",\"errors\":[\"$.a: wrong\",\"$.b: wrong\"]" : "";
        answer(aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "application/problem+json")
                .withHeader("x-request-id", "req-7")
                .withBody("{\"title\":\"No\",\"status\":" + status + ",\"detail\":\"because\"" + errors + "}"));

        Problem problem = problem(TestCall.read());

        assertRequests(1);
        assertThat(problem.kind()).isEqualTo(kind);
        assertThat(problem.why()).contains(why).contains("req-7");
    }

    @Test
    void aMissingKeyIsToldWithTheSettingThatHoldsIt() {
        answer(aResponse().withStatus(401).withBody("{\"detail\":\"missing bearer token\"}"));

        assertThat(problem(TestCall.read()).next())
                .isEqualTo("put a valid key into RUNPOD_API_KEY and run the same command again");
    }

    @Test
    void aRefusalThatTheCallExpectsIsItsResult() throws InterruptedException {
        answer(aResponse().withStatus(409).withBody("{\"detail\":\"not now\"}"));

        assertThat(fixture.api.call(TestCall.read())).isEqualTo("refused: not now");
    }

    @Test
    void aPageOfSomebodyInBetweenIsShown() {
        answer(aResponse()
                .withHeader("Content-Type", "text/html")
                .withBody("<html>\n<title>Hotel Wi-Fi</title>\u001b[31m" + "x".repeat(5000)));

        Problem problem = problem(TestCall.read());

        assertThat(problem.why())
                .startsWith("RunPod answered status 200, but with text/html instead of JSON:"
                        + " <html> <title>Hotel Wi-Fi</title> [31mxxx")
                .doesNotContain("\u001b")
                .hasSizeLessThan(300);
    }

    @Test
    void theEdgesRefusalIsNotTakenForAKeyProblem() {
        answer(aResponse().withStatus(403).withBody("error code: 1010"));

        Problem problem = problem(TestCall.read());

        assertThat(problem.kind()).isEqualTo(Problem.Kind.FAILED);
        assertThat(problem.why()).contains("error code: 1010");
    }

    @Test
    void aWrongMemberIsNamedButItsValueIsNotShown() {
        answer(okJson("{\"word\":{\"secret\":\"hunter2\"}}").withHeader("x-request-id", "req-7"));

        assertThat(problem(TestCall.read()).why())
                .isEqualTo("RunPod answered status 200, but member 'word' is not a text (request req-7)");
    }

    @Test
    void theKeyIsTakenOutOfWhatTheServerSays() {
        answer(aResponse().withStatus(400).withBody("{\"detail\":\"bad key " + StubProvider.KEY + "\"}"));

        ProblemException thrown = catchThrowableOfType(ProblemException.class, () -> fixture.api.call(TestCall.read()));

        assertThat(thrown).hasMessageContaining("bad key ***");
        assertThat(thrown.problem().toString() + fixture.diagnosis).doesNotContain("CANARY");
    }

    @Test
    void retryAfterIsObeyed() throws InterruptedException {
        firstThen(aResponse().withStatus(429).withHeader("Retry-After", "42"), okJson("{\"word\":\"late\"}"));

        fixture.api.call(TestCall.read());

        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(42));
        assertThat(fixture.reports).containsExactly("waiting 42 s: the provider limits how often it is asked");
    }

    @Test
    void aRetryAfterBeyondTheTimeLimitIsTold() {
        answer(aResponse().withStatus(429).withHeader("Retry-After", "3600"));

        assertThat(problem(TestCall.read()).why()).isEqualTo("RunPod allows no more requests with this key for 3600 s");
        assertRequests(1);
    }

    @Test
    void aUsedUpWindowIsWaitedForBeforeTheNextRequest() throws InterruptedException {
        answer(okJson("{\"word\":\"x\"}")
                .withHeader("RateLimit", "\"minute\";r=0;t=12, \"hour\";r=2800;t=1812, \"day\";r=49500;t=45012"));
        fixture.api.call(TestCall.read());
        assertThat(elapsed()).isZero();

        fixture.api.call(TestCall.read());

        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(12));
    }

    @Test
    void aCallThatCostsMoneyIsNotRepeatedWhenThePooledConnectionIsReset() throws InterruptedException {
        answer(okJson("{\"word\":\"x\"}"));
        fixture.api.call(TestCall.read()); // leaves a pooled connection: only there does OkHttp send again
        PROVIDER.server().resetRequests();
        PROVIDER.server().stubFor(post(anyUrl()).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));

        assertThat(fixture.api.call(TestCall.buy())).startsWith("lost: the connection to 127.0.0.1 broke");

        assertRequests(1);
    }

    @ParameterizedTest
    @CsvSource({"408, 0", "503, 0", "500, 0", "502, 1", "504, 1"})
    void aCallThatCostsMoneyIsNotRepeatedWhateverTheServerAnswers(int status, String retryAfter)
            throws InterruptedException {
        answer(aResponse().withStatus(status).withHeader("Retry-After", retryAfter));

        assertThat(fixture.api.call(TestCall.buy())).startsWith("lost: status " + status);

        assertRequests(1);
    }

    @Test
    void aCallThatCostsMoneyIsLostWhenItsAnswerIsCutOff() throws InterruptedException {
        answer(aResponse().withBody("{\"word\":\"x\"").withHeader("Content-Type", "application/json"));

        assertThat(fixture.api.call(TestCall.buy())).startsWith("lost: RunPod answered status 200, but it is not JSON");

        assertRequests(1);
    }

    @Test
    void aCallThatCostsMoneyIsLostWhenTheServerStalls() throws InterruptedException {
        answer(okJson("{\"word\":\"x\"}"));
        PROVIDER.server()
                .stubFor(post(anyUrl()).willReturn(okJson("{\"word\":\"x\"}").withFixedDelay(20_000)));
        HttpLimits limits = new HttpLimits(Duration.ofSeconds(2), Duration.ofMinutes(3), 4, 1000);

        try (HttpApi api = fixture.api(PROVIDER.base(), limits, fixture.time)) {
            api.call(TestCall.read()); // connects, so that the time is over after the request was sent
            PROVIDER.server().resetRequests();

            assertThat(api.call(TestCall.buy())).isEqualTo("lost: 127.0.0.1 did not answer in time");
        }
        assertRequests(1);
    }

    @Test
    void aCallThatWasCertainlyNotSentIsNotLost() throws Exception {
        try (ClosedPort port = new ClosedPort()) {
            URI nobody = URI.create("http://127.0.0.1:" + port.number());

            Problem problem = problem(fixture.api(nobody, ApiFixture.LIMITS, fixture.time), TestCall.buy());

            assertThat(problem.why()).isEqualTo("no connection to 127.0.0.1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void aRedirectIsNotFollowed(int status) {
        answer(aResponse().withStatus(status).withHeader("Location", PROVIDER.base() + "/elsewhere"));

        assertThat(problem(TestCall.buy()).why()).contains("status " + status);
        assertRequests(1);
    }

    @Test
    void anAnswerWithoutEndIsNotReadToItsEnd() {
        answer(okJson("{\"word\":\"" + "x".repeat(300_000) + "\"}"));

        assertThat(problem(TestCall.read()).why()).isEqualTo("the answer of 127.0.0.1 is too long");
        assertRequests(1);
    }

    @Test
    void theServersWishForTheNextLookIsKnownUntilTheNextAnswer() throws InterruptedException {
        firstThen(okJson("{\"word\":\"x\"}").withHeader("X-Poll-After-Ms", "50"), okJson("{\"word\":\"x\"}"));

        fixture.api.call(TestCall.read());
        assertThat(fixture.api.pollHint()).contains(Duration.ofMillis(50));

        fixture.api.call(TestCall.read());
        assertThat(fixture.api.pollHint()).isEmpty();
    }

    @Test
    void pathAndQueryAreEncoded() throws InterruptedException {
        PROVIDER.server().stubFor(get(anyUrl()).willReturn(okJson("{\"word\":\"x\"}")));

        fixture.api.call(new TestCall(ApiRequest.get("a b/c", "d?e").with("q", "x&y=z ü"), true));

        assertThat(PROVIDER.server().getAllServeEvents()).singleElement().satisfies(event -> assertThat(
                        event.getRequest().getUrl())
                .isEqualTo("/a%20b%2Fc/d%3Fe?q=x%26y%3Dz%20%C3%BC"));
    }

    @Test
    void aBaseAddressMayEndInASlash() throws InterruptedException {
        answer(okJson("{\"word\":\"x\"}"));
        try (HttpApi api = fixture.api(URI.create(PROVIDER.base() + "/"), ApiFixture.LIMITS, fixture.time)) {
            assertThat(api.call(TestCall.read())).isEqualTo("x");
        }
    }

    @Test
    void warmingUpSendsNothing() {
        fixture.api.warmUp();

        assertRequests(0);
    }

    @Test
    void anInterruptEndsACall() {
        answer(okJson("{\"word\":\"x\"}").withFixedDelay(1000));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> fixture.api.call(TestCall.read())).isInstanceOf(InterruptedException.class);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void noThreadIsLeftThatWouldKeepTheProgramAlive() throws InterruptedException {
        answer(okJson("{\"word\":\"x\"}"));
        fixture.api.call(TestCall.read());

        fixture.api.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread ->
                        thread.getName().contains("OkHttp") || thread.getName().contains("Okio"))
                .allMatch(Thread::isDaemon);
    }

    private Duration elapsed() {
        return Duration.ofNanos(fixture.time.nanoTime());
    }

    private Problem problem(TestCall call) {
        return problem(fixture.api, call);
    }

    private static Problem problem(HttpApi api, TestCall call) {
        return catchThrowableOfType(ProblemException.class, () -> api.call(call))
                .problem();
    }

    private static void answer(ResponseDefinitionBuilder response) {
        PROVIDER.server().stubFor(get(urlPathEqualTo("/thing")).willReturn(response));
        PROVIDER.server().stubFor(post(urlPathEqualTo("/thing")).willReturn(response));
    }

    private static void firstThen(ResponseDefinitionBuilder first, ResponseDefinitionBuilder then) {
        PROVIDER.server()
                .stubFor(get(urlPathEqualTo("/thing"))
                        .inScenario("s")
                        .whenScenarioStateIs(Scenario.STARTED)
                        .willSetStateTo("later")
                        .willReturn(first));
        PROVIDER.server()
                .stubFor(get(urlPathEqualTo("/thing"))
                        .inScenario("s")
                        .whenScenarioStateIs("later")
                        .willReturn(then));
    }

    private static void assertRequests(int count) {
        PROVIDER.server().verify(count, anyRequestedFor(anyUrl()));
    }
}
