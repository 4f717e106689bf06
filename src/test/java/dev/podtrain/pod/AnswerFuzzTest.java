package dev.podtrain.pod;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.ProblemException;
import dev.podtrain.contract.StubProvider;
import dev.podtrain.http.ApiFixture;
import dev.podtrain.http.HttpLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is answered, a call has a result or a problem to tell; nothing else comes out. */
final class AnswerFuzzTest {
    @RegisterExtension
    static final StubProvider PROVIDER = new StubProvider();

    private static final PodId ID = new PodId("5xq1abc7eg46tq");
    private static final HttpLimits ONE_TRY =
            new HttpLimits(Duration.ofSeconds(10), Duration.ofSeconds(10), 1, 1_000_000);
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "1e999999999",
            "99999999999999999999",
            "0.5",
            "\"\"",
            "\"..\"",
            "\"\\u0000\\ud800\"",
            "[]",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]",
            "{}",
            "{\"a\":{}}",
            "<html>");

    private final ApiFixture fixture = new ApiFixture(PROVIDER.base(), ONE_TRY);
    private final PodApi pods = new PodApi(fixture.api);
    private final AccountApi account = new AccountApi(fixture.api);

    @AfterEach
    void disconnect() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pod-running.json",
                "pods-page-2.json",
                "gpus.json",
                "network-volumes.json",
                "no-capacity.json",
                "billing.json",
                "balance.json"
            })
    void spoiltAnswersAreResultsOrProblems(String sample) throws InterruptedException {
        Random random = new Random(20261123);
        byte[] whole = Samples.text(sample).getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 60; round++) {
            byte[] spoilt = spoil(whole, random);
            int status = List.of(200, 201, 204, 400, 404, 409, 500).get(random.nextInt(7));
            PROVIDER.server()
                    .stubFor(any(anyUrl())
                            .willReturn(aResponse().withStatus(status).withBody(status == 204 ? new byte[0] : spoilt)));
            callEverything();
        }
    }

    @Test
    void anAnswerOfAnyLengthTakesBoundedMemory() throws InterruptedException {
        byte[] endless = new byte[20_000_000];
        Arrays.fill(endless, (byte) '[');
        PROVIDER.server().stubFor(any(anyUrl()).willReturn(aResponse().withBody(endless)));

        assertThat(problemOf(() -> pods.find(ID))).contains("the answer of 127.0.0.1 is too long");
        assertThat(account.balance()).isEmpty();
    }

    private void callEverything() throws InterruptedException {
        PodSpec spec =
                new PodSpec("n", "i", 20, "g", 1, null, CloudType.SECURE, List.of(), null, List.of(), Map.of(), "");
        problemOf(() -> pods.find(ID));
        problemOf(() -> pods.findByIntent("x"));
        problemOf(() -> pods.create(spec));
        problemOf(() -> pods.start(ID));
        problemOf(() -> pods.update(ID, new PodUpdate(Map.of(), "", List.of())));
        problemOf(() -> pods.stop(ID));
        problemOf(() -> pods.terminate(ID));
        problemOf(() -> pods.gpuTypes(CloudType.SECURE, 1));
        problemOf(() -> pods.cpuTypes(2));
        problemOf(() -> pods.networkVolume("k3v9qz71ab"));
        problemOf(pods::networkVolumes);
        problemOf(() -> pods.billedHours(ID, Instant.EPOCH));
        // GraphQL's answers are extras: whatever is wrong with one, there is just none.
        account.balance();
        account.lastStatusChange(ID);
    }

    /** The words of the problem that a call ends in, empty if it has a result; anything else thrown fails the test. */
    private static String problemOf(Call call) throws InterruptedException {
        try {
            call.run();
            return "";
        } catch (ProblemException e) {
            assertThat(e.problem().toString()).doesNotContain("CANARY").hasSizeLessThan(3000);
            return e.problem().why();
        }
    }

    private static byte[] spoil(byte[] whole, Random random) {
        String text = new String(whole, StandardCharsets.UTF_8);
        switch (random.nextInt(4)) {
            case 0 -> {
                return Arrays.copyOf(whole, random.nextInt(whole.length));
            }
            case 1 -> {
                byte[] changed = whole.clone();
                for (int i = 0; i < 3; i++) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
                return changed;
            }
            case 2 -> {
                return ("<html><body>" + text + "</body></html>").getBytes(StandardCharsets.UTF_8);
            }
            default -> {
                // Puts another value where some member has its own.
                int colon = text.indexOf("\":", random.nextInt(text.length()));
                int end = colon < 0 ? -1 : text.indexOf(',', colon);
                return end < 0
                        ? whole
                        : (text.substring(0, colon + 2)
                                        + VALUES.get(random.nextInt(VALUES.size()))
                                        + text.substring(end))
                                .getBytes(StandardCharsets.UTF_8);
            }
        }
    }

    private interface Call {
        void run() throws InterruptedException;
    }
}
