package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.local.ApiClient.Answer;
import dev.podtrain.local.Fault.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GraphqlApiTest {
    private static BootlessCloud cloud;

    @BeforeAll
    static void startCloud() {
        cloud = new BootlessCloud();
    }

    @AfterAll
    static void endCloud() {
        cloud.close();
    }

    @AfterEach
    void removeTraces() throws InterruptedException {
        cloud.cloud().clearFaults();
        cloud.cloud().terminateAllPods();
    }

    private static Answer query(String query) {
        return query(cloud.api(), query);
    }

    private static Answer query(ApiClient client, String query) {
        String body = new String(Json.bytes(Map.of("query", query)), StandardCharsets.UTF_8);
        return client.post("/graphql", body);
    }

    @Test
    void balanceIsShown() {
        Answer answer = query("query { myself { clientBalance currentSpendPerHr spendLimit } }");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/data/myself/clientBalance").asDouble()).isBetween(99.0, 100.0);
        assertThat(answer.json().at("/data/myself/currentSpendPerHr").asDouble())
                .isZero();
    }

    @Test
    void podIsDeployedShownStoppedResumedAndTerminated() {
        Answer deployed = query("""
                mutation { podFindAndDeployOnDemand(input: {name: "g", imageName: "img", cloudType: ALL,
                  gpuTypeId: "NVIDIA GeForce RTX 4090", gpuCount: 2, containerDiskInGb: 10, volumeInGb: 0,
                  ports: "22/tcp,8888/http", env: [{key: "A", value: "b c"}], dataCenterId: null})
                  { id env machine { podHostId } } }
                """);
        String id = deployed.text("/data/podFindAndDeployOnDemand/id");

        Answer shown = query("query { pod(input: {podId: \"" + id
                + "\"}) { name desiredStatus gpuCount costPerHr ports runtime { uptimeInSeconds } } }");
        Answer stopped = query("mutation { podStop(input: {podId: \"" + id + "\"}) { id desiredStatus } }");
        Answer resumed = query("mutation { podResume(input: {podId: \"" + id + "\", gpuCount: 2}) { desiredStatus } }");
        Answer terminated = query("mutation { podTerminate(input: {podId: \"" + id + "\"}) }");
        Answer gone = query("{ pod(input: {podId: \"" + id + "\"}) { id } }");

        assertThat(deployed.text("/data/podFindAndDeployOnDemand/env/0")).isEqualTo("A=b c");
        assertThat(shown.json().at("/data/pod").toString())
                .isEqualTo("{\"name\":\"g\",\"desiredStatus\":\"RUNNING\",\"gpuCount\":2,\"costPerHr\":0.88,"
                        + "\"ports\":\"22/tcp,8888/http\",\"runtime\":null}");
        assertThat(stopped.text("/data/podStop/desiredStatus")).isEqualTo("EXITED");
        assertThat(resumed.text("/data/podResume/desiredStatus")).isEqualTo("RUNNING");
        assertThat(terminated.json().toString()).isEqualTo("{\"data\":{\"podTerminate\":null}}");
        assertThat(gone.json().toString()).isEqualTo("{\"data\":{\"pod\":null}}");
    }

    @Test
    void refusalOfAResolverComesWithStatus200() {
        Answer answer = query("mutation { podStop(input: {podId: \"nope\"}) { id } }");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("/errors/0/message")).isEqualTo("pod not found");
        assertThat(answer.text("/errors/0/path/0")).isEqualTo("podStop");
    }

    @Test
    void capacityIsRefusedWithTheProvidersText() {
        cloud.cloud().inject(Fault.next(Kind.CAPACITY));

        Answer answer = query("""
                mutation { podFindAndDeployOnDemand(input: {name: "g", imageName: "i",
                  gpuTypeId: "NVIDIA L4", gpuCount: 1}) { id } }
                """);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("/errors/0/message")).isEqualTo(Refusal.NO_CAPACITY);
        assertThat(answer.json().at("/data/podFindAndDeployOnDemand").isNull()).isTrue();
    }

    @Test
    void malformedQueryIs400() {
        assertThat(query("query { myself { nonsense } }").status()).isEqualTo(400);
        assertThat(query("query {").status()).isEqualTo(400);
        assertThat(cloud.api().post("/graphql", "nonsense").status()).isEqualTo(400);
    }

    @Test
    void retiredApiIs410AndBrokenResolversAre200() {
        cloud.cloud().inject(Fault.next(Kind.GRAPHQL_GONE));
        cloud.cloud().inject(Fault.next(Kind.GRAPHQL_ERRORS));

        assertThat(query("{ myself { id } }").status()).isEqualTo(410);
        Answer broken = query("{ myself { id } }");
        assertThat(broken.status()).isEqualTo(200);
        assertThat(broken.text("/errors/0/message")).startsWith("Something went wrong");
    }

    @Test
    void podsKeyEndsItsOwnPodOnly() throws IOException {
        String own = cloud.create();
        String other = cloud.create();
        PodRecord record = Json.read(cloud.state().pod(own).record(), PodRecord.class);
        ApiClient pod = ApiClient.withKey(cloud.endpoint(), record.definition().scopedKey());

        Answer foreign = query(pod, "mutation { podTerminate(input: {podId: \"" + other + "\"}) }");
        Answer account = query(pod, "{ myself { clientBalance } }");
        Answer mine = query(pod, "mutation { podStop(input: {podId: \"" + own + "\"}) { desiredStatus } }");

        assertThat(foreign.text("/errors/0/message")).isEqualTo("Unauthorized");
        assertThat(account.text("/errors/0/message")).isEqualTo("Unauthorized");
        assertThat(mine.text("/data/podStop/desiredStatus")).isEqualTo("EXITED");
        assertThat(cloud.api().get("/v2/pods/" + other).text("/status")).isEqualTo("RUNNING");
    }

    @Test
    void wrongKeyIs401() {
        assertThat(query(ApiClient.withKey(cloud.endpoint(), "rpa_NO"), "{ myself { id } }")
                        .status())
                .isEqualTo(401);
    }
}
