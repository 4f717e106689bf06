package dev.podtrain.pod;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The answers that several tests give, and what they look at. */
final class Answers {
    static final PodId ID = new PodId("5xq1abc7eg46tq");
    static final String POD = "/v2/pods/5xq1abc7eg46tq";
    static final String ACTION = POD + "/action";

    private Answers() {}

    static void answerList(WireMockServer provider, String body) {
        provider.stubFor(get(urlPathEqualTo("/v2/pods")).willReturn(okJson(body)));
    }

    static void answerPages(WireMockServer provider) {
        provider.stubFor(get(urlPathEqualTo("/v2/pods"))
                .withQueryParam("cursor", absent())
                .willReturn(json(200, "pods-page-1.json")));
        provider.stubFor(get(urlPathEqualTo("/v2/pods"))
                .withQueryParam("cursor", equalTo("Y3Vyc29yLTE="))
                .willReturn(json(200, "pods-page-2.json")));
    }

    static ResponseDefinitionBuilder stopped() {
        return okJson(Samples.text("pod-just-created.json").replace("RUNNING", "EXITED"));
    }

    static ResponseDefinitionBuilder json(int status, String sample) {
        return okJson(Samples.text(sample)).withStatus(status);
    }

    static ResponseDefinitionBuilder problem(int status, String detail) {
        return aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "application/problem+json")
                .withBody("{\"title\":\"No\",\"status\":" + status + ",\"detail\":\"" + detail + "\"}");
    }

    static Problem problemOf(ThrowingCallable call) {
        return catchThrowableOfType(ProblemException.class, call).problem();
    }
}
