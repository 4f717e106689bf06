package dev.podtrain.pod;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static dev.podtrain.pod.Answers.ID;
import static dev.podtrain.pod.Answers.json;
import static dev.podtrain.pod.Answers.problemOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.contract.StubProvider;
import dev.podtrain.http.ApiFixture;
import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PodBillingTest {
    @RegisterExtension
    static final StubProvider PROVIDER = new StubProvider();

    private static final Instant SINCE = Instant.parse("2026-06-01T00:41:12.345Z");

    private ApiFixture fixture;
    private PodApi pods;

    @BeforeEach
    void connect() {
        fixture = new ApiFixture(PROVIDER.base());
        pods = new PodApi(fixture.api);
    }

    @AfterEach
    void disconnect() {
        fixture.close();
    }

    @Test
    void readsThePodsHoursFromTheOneItBeganIn() throws InterruptedException {
        PROVIDER.server()
                .stubFor(get(urlPathEqualTo("/v2/billing/pods"))
                        .withQueryParam("podId", equalTo(ID.value()))
                        .withQueryParam("bucketSize", equalTo("hour"))
                        .withQueryParam("startTime", equalTo("2026-06-01T00:00:00Z"))
                        .willReturn(json(200, "billing.json")));

        assertThat(pods.billedHours(ID, SINCE))
                .containsExactly(
                        new BilledHour(
                                Instant.parse("2026-06-01T00:00:00Z"), new BigDecimal("0.27"), new BigDecimal("0.007")),
                        new BilledHour(
                                Instant.parse("2026-06-01T01:00:00Z"),
                                new BigDecimal("0.135"),
                                new BigDecimal("0.0035")));
    }

    @Test
    void hoursOfOtherPodsAreLeftOut() throws InterruptedException {
        PROVIDER.server()
                .stubFor(get(urlPathEqualTo("/v2/billing/pods"))
                        .willReturn(okJson(Samples.text("billing.json").replaceFirst("5xq1abc7eg46tq", "another"))));

        assertThat(pods.billedHours(ID, SINCE)).hasSize(1);
    }

    @Test
    void amountThatIsNoNumberIsNamed() {
        PROVIDER.server()
                .stubFor(get(urlPathEqualTo("/v2/billing/pods"))
                        .willReturn(okJson(Samples.text("billing.json").replace("0.0035", "\"some\""))));

        assertThat(problemOf(() -> pods.billedHours(ID, SINCE)).why()).contains("records[1].diskAmount");
    }
}
