package dev.podtrain.contract;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real HTTP server on loopback that answers what a test tells it to. After each test every request it got must have
 * been expected, carry the key and our name, and, below {@code /v2}, fit the provider's description where that is at
 * hand. A static field, so that one server serves a class.
 */
public final class StubProvider implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    public static final String KEY = "rpa_CANARYCANARYCANARY";
    public static final String USER_AGENT = "pod-train/test";

    private @Nullable WireMockServer server;
    private Optional<OpenApiContract> contract = Optional.empty();

    public WireMockServer server() {
        return Objects.requireNonNull(server);
    }

    public URI base() {
        return URI.create("http://127.0.0.1:" + server().port());
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        server = new WireMockServer(options()
                .dynamicPort()
                .bindAddress("127.0.0.1")
                .gzipDisabled(true)
                .jettyAcceptors(1));
        server.start();
        contract = OpenApiContract.load();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        server().resetAll();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertThat(server().findAllUnmatchedRequests())
                .as("requests nobody expected")
                .isEmpty();
        server().getAllServeEvents().forEach(event -> check(event.getRequest()));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        server().stop();
    }

    private void check(LoggedRequest request) {
        assertThat(request.getHeader("Authorization")).isEqualTo("Bearer " + KEY);
        assertThat(request.getHeader("User-Agent")).isEqualTo(USER_AGENT);
        if (request.getUrl().startsWith("/v2/")) {
            contract.ifPresent(judge -> assertThat(judge.requestViolations(
                            request.getMethod().value(), request.getUrl(), request.getBodyAsString()))
                    .as("%s %s %s", request.getMethod(), request.getUrl(), request.getBodyAsString())
                    .isEmpty());
        }
    }
}
