package dev.podtrain.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.contract.OpenApiContract;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The samples stand for the provider, so they must be what it describes. */
final class SamplesTest {
    @ParameterizedTest
    @CsvSource({
        "GET,  /v2/pods/p,          200, application/json,         pod-running.json",
        "POST, /v2/pods,            201, application/json,         pod-just-created.json",
        "GET,  /v2/pods,            200, application/json,         pods-page-1.json",
        "GET,  /v2/pods,            200, application/json,         pods-page-2.json",
        "POST, /v2/pods,            400, application/problem+json, no-capacity.json",
        "POST, /v2/pods/p/action,   400, application/problem+json, not-enough-gpus.json",
        "POST, /v2/pods/p/action,   422, application/problem+json, invalid-action.json",
        "GET,  /v2/catalog/gpus,    200, application/json,         gpus.json",
        "GET,  /v2/catalog/cpus,    200, application/json,         cpus.json",
        "GET,  /v2/billing/pods,    200, application/json,         billing.json",
        "GET,  /v2/network-volumes, 200, application/json,         network-volumes.json",
    })
    void fitTheProvidersDescription(String method, String path, int status, String type, String sample)
            throws IOException {
        assertThat(OpenApiContract.loadOrSkip().responseViolations(method, path, status, type, Samples.text(sample)))
                .isEmpty();
    }
}
