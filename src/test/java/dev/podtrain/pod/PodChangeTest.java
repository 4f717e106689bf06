package dev.podtrain.pod;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.patch;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static dev.podtrain.pod.Answers.ACTION;
import static dev.podtrain.pod.Answers.ID;
import static dev.podtrain.pod.Answers.POD;
import static dev.podtrain.pod.Answers.answerList;
import static dev.podtrain.pod.Answers.answerPages;
import static dev.podtrain.pod.Answers.json;
import static dev.podtrain.pod.Answers.problem;
import static dev.podtrain.pod.Answers.problemOf;
import static dev.podtrain.pod.Answers.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.podtrain.base.Problem;
import dev.podtrain.contract.StubProvider;
import dev.podtrain.http.ApiFixture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PodChangeTest {
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

    @Nested
    final class Start {
        @Test
        void startsAStoppedPod() throws InterruptedException {
            answerAction("start", json(200, "pod-just-created.json"));

            assertThat(pods.start(ID)).isInstanceOf(StartOutcome.Started.class);
            assertRequests(1);
        }

        @Test
        void noFreeGpuOnItsMachineIsARefusal() throws InterruptedException {
            answerAction("start", json(400, "not-enough-gpus.json"));

            assertThat(pods.start(ID))
                    .isEqualTo(new StartOutcome.Refused(
                            "There are not enough free GPUs on the host machine to start this pod."));
        }

        @Test
        void aMissingPodIsGone() throws InterruptedException {
            answerAction("start", problem(404, "pod not found"));

            assertThat(pods.start(ID)).isEqualTo(new StartOutcome.Gone());
        }

        @ParameterizedTest
        @ValueSource(ints = {409, 500, 504})
        void thePodsStatusTellsWhetherItWasStarted(int status) throws InterruptedException {
            answerAction("start", problem(status, "no"));
            PROVIDER.server().stubFor(get(POD).willReturn(json(200, "pod-running.json")));

            assertThat(pods.start(ID)).isInstanceOf(StartOutcome.Started.class);

            PROVIDER.server().verify(1, postRequestedFor(urlPathEqualTo(ACTION)));
        }

        @Test
        void isAskedAgainOnlyAfterThePodWasSeenStopped() throws InterruptedException {
            answerAction("start", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
            PROVIDER.server().stubFor(get(POD).willReturn(stopped()));

            assertThat(pods.start(ID)).isInstanceOf(StartOutcome.Refused.class);

            assertThat(PROVIDER.server().getAllServeEvents())
                    .extracting(event -> event.getRequest().getMethod().value())
                    .containsExactly("GET", "GET", "POST", "GET", "POST", "GET", "POST", "GET", "POST");
        }

        @Test
        void thePodMayVanishMeanwhile() throws InterruptedException {
            answerAction("start", problem(409, "no"));
            PROVIDER.server().stubFor(get(POD).willReturn(problem(404, "pod not found")));

            assertThat(pods.start(ID)).isEqualTo(new StartOutcome.Gone());
        }
    }

    @Nested
    final class Stop {
        @Test
        void anAcceptedStopIsDone() throws InterruptedException {
            answerAction("stop", json(200, "pod-running.json"));

            pods.stop(ID);

            assertRequests(1);
        }

        @Test
        void aStoppedPodIsAlreadyStopped() throws InterruptedException {
            answerAction("stop", problem(409, "not valid for status EXITED"));
            PROVIDER.server().stubFor(get(POD).willReturn(stopped()));

            pods.stop(ID);

            assertRequests(2);
        }

        @Test
        void aPodThatRunsOnIsAProblemThatSaysSo() {
            answerAction("stop", problem(409, "pod is locked"));
            PROVIDER.server().stubFor(get(POD).willReturn(json(200, "pod-running.json")));

            Problem problem = problemOf(() -> pods.stop(ID));

            assertThat(problem.what()).isEqualTo("could not stop pod 5xq1abc7eg46tq");
            assertThat(problem.left()).contains("may still be running and billed");
            assertThat(Duration.ofNanos(fixture.time.nanoTime())).isLessThan(Duration.ofMinutes(1));
        }

        @Test
        void isRepeatedUntilTheServerRecovers() {
            answerAction("stop", aResponse().withStatus(503));

            assertThat(problemOf(() -> pods.stop(ID)).left()).contains("may still be running and billed");
            assertRequests(ApiFixture.LIMITS.tries());
        }

        @Test
        void aMissingPodNeedsNoStop() throws InterruptedException {
            answerAction("stop", problem(404, "pod not found"));
            answerList(PROVIDER.server(), "{\"pods\":[]}");

            pods.stop(ID);
        }

        @Test
        void aPodThatIsDeniedButListedIsAProblem() {
            answerAction("stop", problem(404, "pod not found"));
            answerList(PROVIDER.server(), "{\"pods\":[" + Samples.text("pod-running.json") + "]}");

            assertThat(problemOf(() -> pods.stop(ID)).why()).contains("but lists it");
        }
    }

    @Nested
    final class Terminate {
        @Test
        void theEmptyAnswerIsSuccess() throws InterruptedException {
            PROVIDER.server().stubFor(delete(POD).willReturn(aResponse().withStatus(204)));

            pods.terminate(ID);

            assertRequests(1);
        }

        @Test
        void aMissingPodThatIsNotListedIsSuccess() throws InterruptedException {
            PROVIDER.server().stubFor(delete(POD).willReturn(problem(404, "pod not found")));
            answerList(PROVIDER.server(), "{\"pods\":[]}");

            pods.terminate(ID);
        }

        @Test
        void aMissingPodThatIsListedIsAProblem() {
            PROVIDER.server().stubFor(delete(POD).willReturn(problem(404, "pod not found")));
            answerPages(PROVIDER.server());

            Problem problem = problemOf(() -> pods.terminate(ID));

            assertThat(problem.what()).isEqualTo("could not terminate pod 5xq1abc7eg46tq");
            assertThat(problem.left()).contains("may still be running and billed");
        }

        @Test
        void isRepeatedAfterABrokenConnection() {
            PROVIDER.server().stubFor(delete(POD).willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));

            assertThat(problemOf(() -> pods.terminate(ID)).left()).contains("may still be running and billed");
            assertThat(PROVIDER.server().findAll(deleteRequestedFor(anyUrl())))
                    .hasSizeGreaterThanOrEqualTo(ApiFixture.LIMITS.tries());
        }
    }

    @Test
    void updateReplacesVariablesCommandAndPorts() throws InterruptedException {
        PROVIDER.server()
                .stubFor(patch(POD)
                        .withRequestBody(equalToJson("{\"env\":{\"A\":\"b\"},\"args\":\"x\",\"ports\":[\"22/tcp\"]}"))
                        .willReturn(stopped()));

        assertThat(pods.update(ID, new PodUpdate(Map.of("A", "b"), "x", List.of("22/tcp"))))
                .map(Pod::status)
                .contains(PodStatus.EXITED);
    }

    @Test
    void updateOfAMissingPodIsEmpty() throws InterruptedException {
        PROVIDER.server().stubFor(patch(POD).willReturn(problem(404, "pod not found")));

        assertThat(pods.update(ID, new PodUpdate(Map.of(), "", List.of()))).isEmpty();
    }

    private static void answerAction(String action, ResponseDefinitionBuilder response) {
        PROVIDER.server()
                .stubFor(post(ACTION)
                        .withRequestBody(equalToJson("{\"action\":\"" + action + "\"}"))
                        .willReturn(response));
    }

    private static void assertRequests(int count) {
        PROVIDER.server().verify(count, anyRequestedFor(anyUrl()));
    }
}
