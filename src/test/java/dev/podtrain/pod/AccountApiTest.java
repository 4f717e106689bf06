package dev.podtrain.pod;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.podtrain.contract.StubProvider;
import dev.podtrain.http.ApiFixture;
import dev.podtrain.http.HttpLimits;
import java.math.BigDecimal;
import java.net.URI;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class AccountApiTest {
    @RegisterExtension
    static final StubProvider PROVIDER = new StubProvider();

    private ApiFixture fixture;

    @BeforeEach
    void connect() {
        fixture = new ApiFixture(URI.create(PROVIDER.base() + "/graphql"), HttpLimits.brief());
    }

    @AfterEach
    void disconnect() {
        fixture.close();
    }

    @Test
    void readsTheBalance() throws InterruptedException {
        PROVIDER.server()
                .stubFor(post("/graphql")
                        .withRequestBody(equalToJson(
                                "{\"query\":\"query { myself { clientBalance currentSpendPerHr spendLimit } }\"}"))
                        .willReturn(okJson(Samples.text("balance.json"))));

        assertThat(new AccountApi(fixture.api).balance())
                .contains(new Balance(new BigDecimal("12.3456"), new BigDecimal("0.274"), new BigDecimal("80")));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whateverIsWrongThereIsJustNoBalance(ResponseDefinitionBuilder response) throws InterruptedException {
        PROVIDER.server().stubFor(post("/graphql").willReturn(response));

        assertThat(new AccountApi(fixture.api).balance()).isEmpty();

        PROVIDER.server().verify(1, anyRequestedFor(anyUrl()));
    }

    private static Stream<ResponseDefinitionBuilder> failures() {
        return Stream.of(
                aResponse().withStatus(410),
                aResponse().withStatus(401),
                aResponse().withStatus(500),
                aResponse().withStatus(429).withHeader("Retry-After", "60"),
                aResponse().withBody("<html>"),
                okJson("{\"data\":{\"myself\":null}}"),
                okJson(
                        "{\"errors\":[{\"message\":\"no\"}],\"data\":{\"myself\":{\"clientBalance\":1,\"currentSpendPerHr\":1}}}"),
                okJson("{\"data\":{\"myself\":{\"clientBalance\":\"much\",\"currentSpendPerHr\":1}}}"));
    }
}
