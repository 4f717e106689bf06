package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.contract.OpenApiContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a call which does not fit is noticed, whoever made it. */
class ContractJudgeTest {
    private final ContractJudge judge = new ContractJudge();
    private LocalCloud cloud;

    @BeforeEach
    void startCloud(@TempDir Path folder) throws IOException {
        OpenApiContract.loadOrSkip();
        cloud = LocalCloud.start(
                LocalCloud.Config.in(folder).withBootDelay(Duration.ofDays(1)).withWitness(judge));
    }

    @AfterEach
    void endCloud() throws InterruptedException {
        if (cloud != null) {
            cloud.terminateAllPods();
            cloud.close();
        }
    }

    private ApiClient as(String agent) {
        String key = "Bearer " + cloud.endpoint().apiKey().reveal();
        return ApiClient.withHeaders(cloud.endpoint(), Map.of("Authorization", key, "User-Agent", agent));
    }

    @Test
    void requestOfTheProgramMustFit() {
        as("pod-train/1.0").post("/v2/pods", "{\"gpuTypeId\":\"A\"}");

        assertThatThrownBy(judge::check).isInstanceOf(AssertionError.class).hasMessageContaining("gpuTypeId");
    }

    @Test
    void requestOfATestMayBeWrong() {
        ApiClient.Answer answer = as("test/1").post("/v2/pods", "{\"gpuTypeId\":\"A\"}");

        assertThat(answer.status()).isEqualTo(422);
        assertThatCode(judge::check).doesNotThrowAnyException();
    }

    @Test
    void answerMustFitWhoeverAsked() {
        judge.saw(new RestWitness.Call("GET", "/v2/pods/p1", "test/1", "", 200, "application/json", "{}"));

        assertThatThrownBy(judge::check).isInstanceOf(AssertionError.class).hasMessageContaining("/v2/pods/p1");
    }

    @Test
    void callThatFitsIsFine() {
        as("pod-train/1.0").post("/v2/pods", BootlessCloud.body(""));

        assertThatCode(judge::check).doesNotThrowAnyException();
    }
}
