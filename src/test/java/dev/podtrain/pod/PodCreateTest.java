package dev.podtrain.pod;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static dev.podtrain.pod.Answers.ID;
import static dev.podtrain.pod.Answers.answerList;
import static dev.podtrain.pod.Answers.json;
import static dev.podtrain.pod.Answers.problem;
import static dev.podtrain.pod.Answers.problemOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.podtrain.base.Problem;
import dev.podtrain.contract.StubProvider;
import dev.podtrain.http.ApiFixture;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PodCreateTest {
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
    void sendsTheWholeSpec() throws InterruptedException {
        answerCreate(json(201, "pod-just-created.json"));

        CreateOutcome outcome = pods.create(aSpec(VolumeMount.network("k3v9qz71ab", "/workspace")));

        assertThat(outcome).isInstanceOfSatisfying(CreateOutcome.Created.class, created -> assertThat(
                        created.pod().id())
                .isEqualTo(ID));
        PROVIDER.server()
                .verify(
                        1,
                        postRequestedFor(urlPathEqualTo("/v2/pods"))
                                .withHeader("Content-Type", equalTo("application/json"))
                                .withRequestBody(equalToJson("""
                            {"name":"pod-train-digits-3f9a1c-a1","image":"runpod/pytorch:1","disk":60,
                             "gpu":{"id":"NVIDIA RTX A5000","count":2,"minCudaVersion":"12.8"},
                             "cloud":"SECURE","dataCenterIds":["EU-RO-1"],
                             "mounts":{"network":[{"volumeId":"k3v9qz71ab","path":"/workspace"}]},
                             "ports":["22/tcp"],"env":{"POD_TRAIN_INTENT":"8c1f00aa11bb22cc","QUOTE":"\\"$x\\""},
                             "args":"bash -c 'exec /start.sh'"}""")));
    }

    @Test
    void leavesOutWhatIsNotAskedFor() throws InterruptedException {
        answerCreate(json(201, "pod-just-created.json"));

        pods.create(
                new PodSpec("n", "i", 20, "g", 1, null, CloudType.COMMUNITY, List.of(), null, List.of(), Map.of(), ""));

        PROVIDER.server().verify(postRequestedFor(urlPathEqualTo("/v2/pods")).withRequestBody(equalToJson("""
                            {"name":"n","image":"i","disk":20,"gpu":{"id":"g","count":1},"cloud":"COMMUNITY",
                             "ports":[],"env":{}}""")));
    }

    @Test
    void canAskForCpusOnly() throws InterruptedException {
        answerCreate(json(201, "pod-just-created.json"));

        pods.create(new PodSpec(
                "n",
                "i",
                20,
                new PodSpec.Hardware.Cpus("cpu3c", 2),
                CloudType.SECURE,
                List.of("EU-RO-1"),
                VolumeMount.network("k3v9qz71ab", "/workspace"),
                List.of("22/tcp"),
                Map.of(),
                ""));

        PROVIDER.server().verify(postRequestedFor(urlPathEqualTo("/v2/pods")).withRequestBody(equalToJson("""
                            {"name":"n","image":"i","disk":20,"cpu":{"id":"cpu3c","vcpuCount":2},"cloud":"SECURE",
                             "dataCenterIds":["EU-RO-1"],
                             "mounts":{"network":[{"volumeId":"k3v9qz71ab","path":"/workspace"}]},
                             "ports":["22/tcp"],"env":{}}""")));
    }

    @Test
    void canAskForAPersistentVolume() throws InterruptedException {
        answerCreate(json(201, "pod-just-created.json"));

        assertThat(pods.create(aSpec(VolumeMount.persistent(50, "/workspace"))))
                .isInstanceOf(CreateOutcome.Created.class);

        assertThat(PROVIDER.server().getAllServeEvents()).singleElement().satisfies(event -> assertThat(
                        event.getRequest().getBodyAsString())
                .contains("\"mounts\":{\"persistent\":{\"size\":50,\"path\":\"/workspace\"}}"));
    }

    @Test
    void noFreeMachineIsNoCapacity() throws InterruptedException {
        answerCreate(json(400, "no-capacity.json"));

        assertThat(pods.create(aSpec(null)))
                .isEqualTo(new CreateOutcome.NoCapacity(
                        "There are no longer any instances available with the requested specifications."
                                + " Please refresh and try again."));
    }

    @ParameterizedTest
    @CsvSource({
        "400, minCudaVersion and allowedCudaVersions exclude each other",
        "403, access denied",
        "404, template not found",
        "429, rate limit exceeded for the minute window"
    })
    void aRefusalOfThisCandidateIsAResult(int status, String detail) throws InterruptedException {
        answerCreate(problem(status, detail));

        assertThat(pods.create(aSpec(null))).isEqualTo(new CreateOutcome.Refused(status, detail));
        assertRequests(1);
    }

    @ParameterizedTest
    @CsvSource({"401, NOT_AUTHENTICATED", "402, FAILED", "409, FAILED", "410, FAILED", "413, FAILED", "422, FAILED"})
    void whatNoCandidateCanChangeStops(int status, Problem.Kind kind) {
        answerCreate(problem(status, "no"));

        Problem problem = problemOf(() -> pods.create(aSpec(null)));

        assertThat(problem.kind()).isEqualTo(kind);
        assertThat(problem.what()).isEqualTo("could not create pod 'pod-train-digits-3f9a1c-a1'");
        assertThat(problem.left()).isEqualTo("nothing was rented by this request");
        assertRequests(1);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void isNotRepeatedWhenTheAnswerIsLost(Fault fault) throws InterruptedException {
        answerList(PROVIDER.server(), "{\"pods\":[]}");
        pods.list(); // leaves a pooled connection: only on one of those does OkHttp send again
        answerCreate(aResponse().withStatus(201).withFault(fault));

        assertThat(pods.create(aSpec(null))).isInstanceOf(CreateOutcome.AnswerLost.class);

        PROVIDER.server().verify(1, postRequestedFor(urlPathEqualTo("/v2/pods")));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 524})
    void isNotRepeatedWhenTheServerFails(int status) throws InterruptedException {
        answerCreate(aResponse().withStatus(status).withHeader("Retry-After", "0"));

        assertThat(pods.create(aSpec(null))).isEqualTo(new CreateOutcome.AnswerLost("status " + status));
        assertRequests(1);
    }

    @Test
    void anUnreadableYesIsALostAnswer() throws InterruptedException {
        answerCreate(okJson("{\"id\":7}").withStatus(201));

        assertThat(pods.create(aSpec(null))).isInstanceOf(CreateOutcome.AnswerLost.class);
        assertRequests(1);
    }

    private static PodSpec aSpec(@Nullable VolumeMount volume) {
        return new PodSpec(
                "pod-train-digits-3f9a1c-a1",
                "runpod/pytorch:1",
                60,
                "NVIDIA RTX A5000",
                2,
                "12.8",
                CloudType.SECURE,
                List.of("EU-RO-1"),
                volume,
                List.of("22/tcp"),
                Map.of("POD_TRAIN_INTENT", "8c1f00aa11bb22cc", "QUOTE", "\"$x\""),
                "bash -c 'exec /start.sh'");
    }

    private static void answerCreate(ResponseDefinitionBuilder response) {
        PROVIDER.server().stubFor(post("/v2/pods").willReturn(response));
    }

    private static void assertRequests(int count) {
        PROVIDER.server().verify(count, anyRequestedFor(anyUrl()));
    }
}
