package dev.podtrain.pod;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static dev.podtrain.pod.Answers.ID;
import static dev.podtrain.pod.Answers.POD;
import static dev.podtrain.pod.Answers.answerList;
import static dev.podtrain.pod.Answers.answerPages;
import static dev.podtrain.pod.Answers.json;
import static dev.podtrain.pod.Answers.problem;
import static dev.podtrain.pod.Answers.problemOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.contract.StubProvider;
import dev.podtrain.http.ApiFixture;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodReadTest {
    @RegisterExtension
    static final StubProvider PROVIDER = new StubProvider();

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
    void readsARunningPod() throws InterruptedException {
        PROVIDER.server().stubFor(get(POD).willReturn(json(200, "pod-running.json")));

        Pod pod = pods.find(ID).orElseThrow();

        assertThat(pod)
                .isEqualTo(new Pod(
                        ID,
                        "pod-train-digits-3f9a1c-a1",
                        PodStatus.RUNNING,
                        "runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404",
                        "NVIDIA RTX A5000",
                        1,
                        CloudType.SECURE,
                        "EU-RO-1",
                        new BigDecimal("0.27"),
                        new SshAddress("213.0.113.7", 35558, "root"),
                        true,
                        Map.of("PUBLIC_KEY", "ssh-ed25519 AAAAC3 digits", "POD_TRAIN_INTENT", "8c1f00aa11bb22cc"),
                        List.of("22/tcp"),
                        Instant.parse("2026-11-22T06:16:19.436Z"),
                        Instant.parse("2026-11-22T06:16:21.101Z"),
                        new PodDisks(60, 0, "k3v9qz71ab")));
        assertThat(pod.isReady()).isTrue();
        assertThat(pod.sshAddress()).contains(new SshAddress("213.0.113.7", 35558, "root"));
        assertThat(pod.intent()).contains("8c1f00aa11bb22cc");
        assertThat(pod.toString()).doesNotContain("AAAAC3");
    }

    @Test
    void runningAloneIsNotReady() throws InterruptedException {
        PROVIDER.server().stubFor(get(POD).willReturn(json(200, "pod-just-created.json")));

        Pod pod = pods.find(ID).orElseThrow();

        assertThat(pod.status()).isEqualTo(PodStatus.RUNNING);
        assertThat(pod.isReady()).isFalse();
        assertThat(pod.sshAddress()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"RUNNING\" | \"EXITED\"",
                "\"runtime\":{ | \"runtime\":{},\"old\":{",
            })
    void aPortOfAPodThatIsNotUpIsNotOffered(String text, String instead) throws InterruptedException {
        PROVIDER.server()
                .stubFor(get(POD).willReturn(
                                okJson(Samples.text("pod-running.json").replace(text, instead))));

        assertThat(pods.find(ID).orElseThrow().sshAddress()).isEmpty();
    }

    @Test
    void aStartedPodMayHaveNoGpu() throws InterruptedException {
        PROVIDER.server()
                .stubFor(get(POD).willReturn(
                                okJson(Samples.text("pod-running.json").replace("\"count\":1", "\"count\":0"))));

        assertThat(pods.find(ID).orElseThrow().gpuCount()).isZero();
    }

    @Test
    void aNewStatusIsNotTakenForStopped() throws InterruptedException {
        PROVIDER.server()
                .stubFor(get(POD).willReturn(
                                okJson(Samples.text("pod-running.json").replace("RUNNING", "HIBERNATED"))));

        PodStatus status = pods.find(ID).orElseThrow().status();

        assertThat(status).isEqualTo(PodStatus.UNKNOWN);
        assertThat(status.isEnded()).isFalse();
    }

    @Test
    void anUnknownPodIsEmpty() throws InterruptedException {
        PROVIDER.server().stubFor(get(POD).willReturn(problem(404, "pod not found")));

        assertThat(pods.find(ID)).isEmpty();
    }

    @Test
    void aVanishedApiIsNotAVanishedPod() {
        PROVIDER.server().stubFor(get(POD).willReturn(problem(410, "gone")));

        assertThat(problemOf(() -> pods.find(ID)).why()).contains("this API no longer exists");
    }

    @Test
    void aPodWithoutVariablesInTheAnswerIsNotReadAsOneThatHasNone() {
        answerList(PROVIDER.server(), Samples.text("pods-page-2.json").replace("\"env\"", "\"environment\""));

        assertThat(problemOf(() -> pods.findByIntent("8c1f00aa11bb22cc")).why())
                .contains("member 'pods[0].env' is missing");
    }

    @Test
    void readsAllPages() throws InterruptedException {
        answerPages(PROVIDER.server());

        assertThat(pods.list())
                .extracting(pod -> pod.id().value())
                .containsExactly("aaa111", "bbb222", "5xq1abc7eg46tq");
    }

    @Test
    void readsTheListOfAServerWithoutPaging() throws InterruptedException {
        answerList(PROVIDER.server(), "{\"pods\":[" + Samples.text("pod-running.json") + "]}");

        assertThat(pods.list()).extracting(Pod::id).containsExactly(ID);
        assertRequests(1);
    }

    @Test
    void findsAPodOnALaterPageByItsIntent() throws InterruptedException {
        answerPages(PROVIDER.server());

        assertThat(pods.findByIntent("8c1f00aa11bb22cc")).map(Pod::id).contains(ID);
        assertThat(pods.findByIntent("ffffffffffffffff")).isEmpty();
    }

    @Test
    void pagesThatLeadInACircleEnd() {
        PROVIDER.server().stubFor(get(urlPathEqualTo("/v2/pods")).willReturn(json(200, "pods-page-1.json")));

        assertThat(problemOf(pods::list).why()).contains("the list does not end");
        assertRequests(2);
    }

    @Test
    void theCatalogIsReadForOneCloud() throws InterruptedException {
        PROVIDER.server().stubFor(get(urlPathEqualTo("/v2/catalog/gpus")).willReturn(json(200, "gpus.json")));

        assertThat(pods.gpuTypes(CloudType.SECURE, 1))
                .containsExactly(
                        new GpuType(
                                "NVIDIA RTX A5000",
                                "RTX A5000",
                                24,
                                new BigDecimal("0.27"),
                                Availability.HIGH,
                                Map.of("EU-RO-1", Availability.HIGH, "US-TX-3", Availability.LOW),
                                true),
                        new GpuType(
                                "NVIDIA GeForce RTX 3090",
                                "RTX 3090",
                                24,
                                BigDecimal.ZERO,
                                Availability.NONE,
                                Map.of(),
                                false));
    }

    @Test
    void aGpuTypeIsOfferedOnlyInTheNumberThatFitsIntoOnePod() throws InterruptedException {
        PROVIDER.server()
                .stubFor(get(urlPathEqualTo("/v2/catalog/gpus"))
                        .withQueryParam("count", equalTo("8"))
                        .withQueryParam("cloud", equalTo("COMMUNITY"))
                        .willReturn(json(200, "gpus.json")));

        assertThat(pods.gpuTypes(CloudType.COMMUNITY, 8))
                .extracting(GpuType::offered)
                .containsExactly(false, false);
    }

    @Test
    void cpuTypesThatHaveAPodOfThisSizeComeCheapestFirst() throws InterruptedException {
        PROVIDER.server()
                .stubFor(get(urlPathEqualTo("/v2/catalog/cpus"))
                        .withQueryParam("include", equalTo("AVAILABILITY"))
                        .withQueryParam("product", equalTo("POD"))
                        .withQueryParam("vcpuCount", equalTo("2"))
                        .willReturn(json(200, "cpus.json")));

        List<CpuType> types = pods.cpuTypes(2);

        assertThat(types)
                .containsExactly(
                        new CpuType(
                                "cpu3c",
                                "Compute-Optimized",
                                new BigDecimal("4"),
                                new BigDecimal("0.06"),
                                Availability.MEDIUM,
                                Map.of("EU-RO-1", Availability.MEDIUM)),
                        new CpuType(
                                "cpu5c",
                                "Compute-Optimized",
                                new BigDecimal("5.0"),
                                new BigDecimal("0.08"),
                                Availability.HIGH,
                                Map.of("US-KS-2", Availability.MEDIUM, "EU-RO-1", Availability.NONE)));
        assertThat(types).extracting(type -> type.isAvailableIn("EU-RO-1")).containsExactly(true, false);
    }

    @Test
    void readsNetworkVolumes() throws InterruptedException {
        NetworkVolume volume = new NetworkVolume("k3v9qz71ab", "data", 100, "EU-RO-1");
        PROVIDER.server().stubFor(get("/v2/network-volumes").willReturn(json(200, "network-volumes.json")));
        PROVIDER.server()
                .stubFor(
                        get("/v2/network-volumes/k3v9qz71ab")
                                .willReturn(
                                        okJson(
                                                "{\"id\":\"k3v9qz71ab\",\"name\":\"data\",\"size\":100,\"dataCenter\":\"EU-RO-1\",\"type\":\"STANDARD\"}")));
        PROVIDER.server().stubFor(get("/v2/network-volumes/other").willReturn(problem(404, "resource not found")));

        assertThat(pods.networkVolumes()).containsExactly(volume);
        assertThat(pods.networkVolume("k3v9qz71ab")).contains(volume);
        assertThat(pods.networkVolume("other")).isEmpty();
        assertThat(pods.networkVolume("../pods")).isEmpty();
    }

    @Test
    void thePollPauseIsOursUnlessTheServerWishesLess() throws InterruptedException {
        assertThat(pods.pollPause(Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(5));

        PROVIDER.server()
                .stubFor(get(POD).willReturn(json(200, "pod-running.json").withHeader("X-Poll-After-Ms", "40")));
        pods.find(ID);

        assertThat(pods.pollPause(Duration.ofSeconds(5))).isEqualTo(Duration.ofMillis(40));
        assertThat(pods.pollPause(Duration.ofMillis(30))).isEqualTo(Duration.ofMillis(30));
    }

    private static void assertRequests(int count) {
        PROVIDER.server().verify(count, anyRequestedFor(anyUrl()));
    }
}
