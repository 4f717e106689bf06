package dev.podtrain.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OpenApiContractTest {
    private static final String POD = """
            {"id":"p1","name":"n","status":"RUNNING","actions":["stop"],"image":"i","args":"","disk":60,
             "mounts":{},"ports":["22/tcp"],"env":{"A":"b"},"registry":null,"gpu":{"id":"g","count":1},
             "cloud":"SECURE","dataCenterId":"EU-RO-1","cudaVersion":null,
             "ssh":{"proxy":null,"direct":null},"template":null,"cost":0.27,"locked":false,
             "globalNetworking":{"enabled":false},"runtime":null,
             "createdAt":"2026-11-22T06:16:19.436Z","startedAt":null}""";

    private OpenApiContract contract;

    @BeforeEach
    void load() throws IOException {
        contract = OpenApiContract.loadOrSkip();
    }

    @Test
    void acceptsACompleteCreateRequest() {
        String body = """
                {"name":"n","image":"i","disk":20,"gpu":{"id":"NVIDIA L4","count":1,"minCudaVersion":"12.8"},
                 "cloud":"SECURE","dataCenterIds":["EU-RO-1"],
                 "mounts":{"network":[{"volumeId":"v","path":"/workspace"}]},
                 "ports":["22/tcp"],"env":{"A":"b"},"args":"x"}""";

        assertThat(contract.requestViolations("POST", "/v2/pods", body)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unknown member          | {\"name\":\"n\",\"image\":\"i\",\"gpus\":1}",
                "unknown member below    | {\"name\":\"n\",\"image\":\"i\",\"gpu\":{\"id\":\"g\",\"kind\":1}}",
                "missing name            | {\"image\":\"i\"}",
                "missing image           | {\"name\":\"n\"}",
                "wrong type              | {\"name\":\"n\",\"image\":\"i\",\"disk\":\"20\"}",
                "pattern                 | {\"name\":\"n\",\"image\":\"i\",\"gpu\":{\"id\":\"g\",\"minCudaVersion\":\"12\"}}",
                "enum                    | {\"name\":\"n\",\"image\":\"i\",\"cloud\":\"ALL\"}",
                "two network mounts      | {\"name\":\"n\",\"image\":\"i\",\"mounts\":{\"network\":[{\"volumeId\":\"a\",\"path\":\"/a\"},{\"volumeId\":\"b\",\"path\":\"/b\"}]}}",
                "not JSON                | {\"name\":",
            })
    void namesWhatIsWrongWithACreateRequest(String fault, String body) {
        assertThat(contract.requestViolations("POST", "/v2/pods", body))
                .as(fault)
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v2/networkvolumes",
        "POST, /v2/pods/p1",
        "POST, /v2/pods",
        "GET, /v2/pods/p1/logs?source=kernel",
        "GET, /v2/pods/p1/logs?tail=5001",
        "GET, /v2/pods/p1/logs?tial=5",
        "GET, /v2/catalog/gpus?include=AVAILABILITY&product=POD&cloud=ALL",
    })
    void refusesARequestTheApiDoesNotKnow(String method, String target) {
        assertThat(contract.requestViolations(method, target, null)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/pods?limit=10&cursor=abc",
        "/v2/pods/p1/logs?source=container&tail=5000",
        "/v2/catalog/gpus?include=AVAILABILITY&product=POD&count=1&cloud=SECURE",
        "/v2/catalog/gpus/NVIDIA%20L4",
    })
    void acceptsAReadRequest(String target) {
        assertThat(contract.requestViolations("GET", target, null)).isEmpty();
    }

    @Test
    void acceptsAPodAndAListOfPods() {
        assertThat(contract.responseViolations("GET", "/v2/pods/p1", 200, "application/json", POD))
                .isEmpty();
        assertThat(contract.responseViolations(
                        "GET", "/v2/pods?limit=1", 200, "application/json", "{\"pods\":[" + POD + "]}"))
                .isEmpty();
    }

    @Test
    void namesWhatIsWrongWithAPod() {
        assertThat(contract.responseViolations(
                        "GET", "/v2/pods/p1", 200, "application/json", POD.replace("RUNNING", "ASLEEP")))
                .isNotEmpty();
        assertThat(contract.responseViolations(
                        "GET", "/v2/pods/p1", 200, "application/json", POD.replace("2026-11-22T", "22.11.2026 ")))
                .isNotEmpty();
    }

    @Test
    void errorsAreProblemDocuments() {
        String problem = "{\"title\":\"Not Found\",\"status\":404,\"detail\":\"pod not found\"}";

        assertThat(contract.responseViolations("GET", "/v2/pods/p1", 404, "application/problem+json", problem))
                .isEmpty();
        assertThat(contract.responseViolations("GET", "/v2/pods/p1", 402, "application/problem+json", problem))
                .isEmpty();
        assertThat(contract.responseViolations("GET", "/v2/pods/p1", 404, "application/json", problem))
                .isNotEmpty();
        assertThat(contract.responseViolations("GET", "/v2/pods/p1", 404, "application/problem+json", "{}"))
                .isNotEmpty();
    }

    @Test
    void aTerminatedPodIsAnsweredWithoutABody() {
        assertThat(contract.responseViolations("DELETE", "/v2/pods/p1", 204, null, ""))
                .isEmpty();
        assertThat(contract.responseViolations("DELETE", "/v2/pods/p1", 204, "application/json", POD))
                .isNotEmpty();
    }
}
