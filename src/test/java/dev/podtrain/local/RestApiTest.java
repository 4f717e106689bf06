package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.contract.OpenApiContract;
import dev.podtrain.local.ApiClient.Answer;
import dev.podtrain.local.Fault.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestApiTest {
    private static BootlessCloud cloud;
    private static ApiClient api;

    @BeforeAll
    static void startCloud() {
        cloud = new BootlessCloud();
        api = cloud.api();
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

    @Test
    void everyAnswerIsJudgedByTheProvidersDescription() throws IOException {
        OpenApiContract contract = OpenApiContract.loadOrSkip();

        Answer created = api.post("/v2/pods", BootlessCloud.body(""));

        assertThat(contract.requestViolations("POST", "/v2/pods", BootlessCloud.body("")))
                .isEmpty();
        assertThat(contract.responseViolations(
                        "POST",
                        "/v2/pods",
                        201,
                        "application/json",
                        created.response().body()))
                .isEmpty();
    }

    /** From 32768 on Linux gives ports to outgoing connections, so another start might not get the same one again. */
    @Test
    void addressIsOneThatNoOutgoingConnectionTakes() {
        assertThat(cloud.endpoint().apiUrl().getPort()).isLessThan(32_768);
    }

    @Test
    void createdPodSaysRunningBeforeAnythingRuns() {
        Answer pod = api.post("/v2/pods", BootlessCloud.body(""));

        assertThat(pod.status()).isEqualTo(201);
        assertThat(pod.text("/status")).isEqualTo("RUNNING");
        assertThat(pod.json().path("runtime").isNull()).isTrue();
        assertThat(pod.json().at("/ssh/direct").isNull()).isTrue();
        assertThat(pod.text("/ssh/proxy/username")).startsWith(pod.text("/id") + "-");
        assertThat(pod.json().path("cost").decimalValue()).isEqualByComparingTo("0.27");
        assertThat(pod.header("x-request-id")).isNotEmpty();
        assertThat(pod.header("X-Poll-After-Ms")).isEqualTo("50");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            no key            | ''              | 401 | missing bearer token
            a wrong key       | Bearer rpa_NO   | 401 | invalid api key
            another scheme    | Basic abc       | 401 | missing bearer token
            """)
    void callerWithoutTheKeyIsTurnedAway(String name, String authorization, int status, String detail) {
        Answer answer = ApiClient.withHeaders(
                        cloud.endpoint(), Map.of("Authorization", authorization, "User-Agent", "me/1"))
                .get("/v2/pods");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text("/detail")).isEqualTo(detail);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void edgeTurnsAwayTheUserAgentOfALibrary() {
        String key = "Bearer " + cloud.endpoint().apiKey().reveal();
        Answer answer = ApiClient.withHeaders(
                        cloud.endpoint(), Map.of("Authorization", key, "User-Agent", "Python-urllib/3.11"))
                .get("/v2/pods");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text("/detail")).isEqualTo("error code: 1010");
    }

    @Test
    void bodyThatIsTooLongIsRefusedBeforeTheKeyIsLookedAt() {
        String body = BootlessCloud.body("\"env\":{\"A\":\"" + "x".repeat(102_400) + "\"}");

        Answer answer = ApiClient.withHeaders(cloud.endpoint(), Map.of("User-Agent", "me/1"))
                .post("/v2/pods", body);

        assertThat(answer.status()).isEqualTo(413);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {102_401, 3_000_000})
    void bodyThatDoesNotSayItsLengthIsCounted(int length) {
        Answer answer = api.postInChunks("/v2/pods", "x".repeat(length));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void unknownAndWrongMembersAreAllNamed() {
        Answer answer = api.post("/v2/pods", """
                {"name":"","image":"x","disk":"20","gpuTypeId":"A","gpu":{"count":0},
                 "mounts":{"network":[{"volumeId":"local"},{"volumeId":"b","path":"/b"}]}}
                """);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text("/detail")).isEqualTo("Request validation failed.");
        assertThat(answer.json().path("errors"))
                .extracting(error -> error.asText())
                .containsExactlyInAnyOrder(
                        "$.name: minimum string length is 1",
                        "$.disk: value must be an integer",
                        "$: property 'gpuTypeId' is unsupported",
                        "$.gpu.id: property is missing",
                        "$.gpu.count: number must be between 1 and 1000",
                        "$.mounts.network: maximum number of items is 1",
                        "$.mounts.network[0].path: property is missing");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            disk left out          | {"name":"t","image":"i","gpu":{"id":"NVIDIA RTX A5000","count":1}} | 400 | You must either provide a template id or pod configuration parameters
            gpu.count left out     | {"name":"t","image":"i","disk":9,"gpu":{"id":"NVIDIA RTX A5000"}} | 400 | There are no longer any instances available
            unknown GPU            | {"name":"t","image":"i","disk":9,"gpu":{"id":"NVIDIA RTX 4090","count":1}} | 400 | There are no longer any instances available
            too many GPUs          | {"name":"t","image":"i","disk":9,"gpu":{"id":"NVIDIA RTX A5000","count":9}} | 400 | There are no longer any instances available
            unknown data center    | {"name":"t","image":"i","disk":9,"gpu":{"id":"NVIDIA RTX A5000","count":1},"dataCenterIds":["eu-ro-1"]} | 400 | There are no longer any instances available
            driver too new         | {"name":"t","image":"i","disk":9,"gpu":{"id":"NVIDIA RTX A5000","count":1,"minCudaVersion":"99999999999999999999.1"}} | 400 | There are no longer any instances available
            volume elsewhere       | {"name":"t","image":"i","disk":9,"gpu":{"id":"NVIDIA RTX A5000","count":1},"dataCenterIds":["US-TX-3"],"mounts":{"network":[{"volumeId":"local","path":"/workspace"}]}} | 400 | There are no longer any instances available
            volume in community    | {"name":"t","image":"i","disk":9,"cloud":"COMMUNITY","gpu":{"id":"NVIDIA RTX A5000","count":1},"mounts":{"network":[{"volumeId":"local","path":"/workspace"}]}} | 400 | Something went wrong
            unknown volume         | {"name":"t","image":"i","disk":9,"gpu":{"id":"NVIDIA RTX A5000","count":1},"mounts":{"network":[{"volumeId":"nope","path":"/workspace"}]}} | 404 | network volume not found
            both kinds of volume   | {"name":"t","image":"i","disk":9,"gpu":{"id":"NVIDIA RTX A5000","count":1},"mounts":{"persistent":{"size":10,"path":"/a"},"network":[{"volumeId":"local","path":"/b"}]}} | 400 | mutually exclusive
            no hardware            | {"name":"t","image":"i","disk":9} | 400 | exactly one of gpu and cpu
            GPU and CPU            | {"name":"t","image":"i","disk":9,"gpu":{"id":"NVIDIA RTX A5000","count":1},"cpu":{"id":"cpu3c","vcpuCount":2}} | 400 | exactly one of gpu and cpu
            odd number of vCPUs    | {"name":"t","image":"i","disk":9,"cpu":{"id":"cpu3c","vcpuCount":6}} | 400 | power of two
            too many vCPUs         | {"name":"t","image":"i","disk":9,"cpu":{"id":"cpu3c","vcpuCount":64}} | 400 | power of two
            unknown CPU            | {"name":"t","image":"i","disk":9,"cpu":{"id":"cpu9","vcpuCount":2}} | 400 | There are no longer any instances available
            big disk of small CPU  | {"name":"t","image":"i","disk":30,"cpu":{"id":"cpu3c","vcpuCount":2}} | 400 | disk must be at most 20 GB
            CPU in community       | {"name":"t","image":"i","disk":9,"cloud":"COMMUNITY","cpu":{"id":"cpu3c","vcpuCount":2}} | 400 | There are no longer any instances available
            CPU with own volume    | {"name":"t","image":"i","disk":9,"cpu":{"id":"cpu3c","vcpuCount":2},"mounts":{"persistent":{"size":10,"path":"/a"}}} | 400 | persistent volume
            unknown template       | {"name":"t","templateId":"abc"} | 404 | template not found
            mount over the system  | {"name":"t","image":"i","disk":9,"gpu":{"id":"NVIDIA RTX A5000","count":1},"mounts":{"network":[{"volumeId":"local","path":"/usr/lib"}]}} | 400 | invalid mount path
            strange port           | {"name":"t","image":"i","disk":9,"gpu":{"id":"NVIDIA RTX A5000","count":1},"ports":["22/udp"]} | 400 | invalid port
            open quote in args     | {"name":"t","image":"i","disk":9,"gpu":{"id":"NVIDIA RTX A5000","count":1},"args":"bash -c 'x"} | 422 | Request validation failed.
            not JSON               | {"name": | 422 | Request validation failed.
            """)
    void createThatBreaksARuleIsAnsweredAsTheProviderDoes(String name, String body, int status, String detail) {
        Answer answer = api.post("/v2/pods", body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text("/detail")).contains(detail);
        assertThat(api.get("/v2/pods").json().path("pods")).isEmpty();
    }

    @Test
    void capacityIsRefusedForOneGpuInOneDataCenterOnly() {
        cloud.cloud().inject(Fault.always(Kind.CAPACITY).onGpu("NVIDIA L4").in("EU-RO-1"));
        String l4 = "{\"name\":\"t\",\"image\":\"i\",\"disk\":9,\"gpu\":{\"id\":\"NVIDIA L4\",\"count\":1}%s}";

        Answer there = api.post("/v2/pods", l4.formatted(",\"dataCenterIds\":[\"EU-RO-1\"]"));
        Answer elsewhere = api.post("/v2/pods", l4.formatted(",\"dataCenterIds\":[\"EU-RO-1\",\"EU-CZ-1\"]"));

        assertThat(there.status()).isEqualTo(400);
        assertThat(there.text("/detail")).isEqualTo(Refusal.NO_CAPACITY);
        assertThat(elsewhere.text("/dataCenterId")).isEqualTo("EU-CZ-1");
        assertThat(api.get("/v2/catalog/gpus/NVIDIA%20L4?include=AVAILABILITY&product=POD")
                        .json()
                        .path("dataCenters"))
                .extracting(center -> center.path("id").asText())
                .contains("EU-CZ-1")
                .doesNotContain("EU-RO-1");
    }

    @Test
    void faultForTheNextCallHitsOnlyThat() {
        cloud.cloud().inject(Fault.next(Kind.CAPACITY));

        assertThat(api.post("/v2/pods", BootlessCloud.body("")).status()).isEqualTo(400);
        assertThat(api.post("/v2/pods", BootlessCloud.body("")).status()).isEqualTo(201);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"payment, 402", "forbidden, 403", "rate-limit, 429", "server-error, 503", "rest-down, 503"})
    void createFailsAsTheFaultSays(String kind, int status) {
        ApiClient control = ControlClient.of(cloud.endpoint());
        assertThat(control.post("/control/faults", "{\"kind\":\"" + kind + "\",\"times\":1}")
                        .status())
                .isEqualTo(201);

        Answer answer = api.post("/v2/pods", BootlessCloud.body(""));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Retry-After")).isEqualTo(status == 429 ? "1" : "");
        assertThat(control.get("/control/faults").json()).isEmpty();
        assertThat(api.get("/v2/pods").json().path("pods")).isEmpty();
    }

    @Test
    void podExistsAlthoughTheAnswerOfItsCreateWasLost() {
        cloud.cloud().inject(Fault.next(Kind.LOST_ANSWER));
        cloud.cloud().inject(Fault.next(Kind.LOST_ANSWER).status(0));

        assertThat(api.post("/v2/pods", BootlessCloud.body("")).status()).isEqualTo(502);
        assertThatThrownBy(() -> api.post("/v2/pods", BootlessCloud.body(""))).isInstanceOf(UncheckedIOException.class);

        assertThat(api.get("/v2/pods").json().path("pods")).hasSize(2);
    }

    @Test
    @Timeout(60)
    void podExistsWhileTheAnswerOfItsCreateIsLate() throws InterruptedException {
        cloud.cloud().inject(Fault.next(Kind.LATE_ANSWER).lasting(Duration.ofSeconds(3)));
        Thread create = new Thread(() -> api.post("/v2/pods", BootlessCloud.body("")));
        create.start();

        while (api.get("/v2/pods").json().path("pods").isEmpty()) {
            create.join(10);
        }

        assertThat(create.isAlive()).isTrue();
        create.join();
    }

    @Test
    void priceOfAPodIsTheOneTheFaultNames() {
        cloud.cloud().inject(Fault.next(Kind.PRICE).on("create-pod").price(new BigDecimal("9.99")));

        assertThat(api.post("/v2/pods", BootlessCloud.body(""))
                        .json()
                        .path("cost")
                        .decimalValue())
                .isEqualByComparingTo("9.99");
    }

    @Test
    void listComesInPagesNewestFirst() {
        List<String> created =
                IntStream.range(0, 3).mapToObj(i -> cloud.create()).toList();

        Answer first = api.get("/v2/pods?limit=2");
        Answer second = api.get("/v2/pods?limit=2&cursor=" + first.text("/pagination/nextCursor"));

        assertThat(first.text("/pods/0/id")).isEqualTo(created.get(2));
        assertThat(first.text("/pods/1/id")).isEqualTo(created.get(1));
        assertThat(first.json().at("/pagination/hasNextPage").asBoolean()).isTrue();
        assertThat(second.json().path("pods")).hasSize(1);
        assertThat(second.text("/pods/0/id")).isEqualTo(created.get(0));
        assertThat(second.json().at("/pagination/hasNextPage").asBoolean()).isFalse();
        assertThat(api.get("/v2/pods?limit=0").status()).isEqualTo(422);
        assertThat(api.get("/v2/pods?cursor=abc").status()).isEqualTo(422);
    }

    @Test
    void oldListShapeHasNoPagination() {
        cloud.create();
        cloud.cloud().inject(Fault.next(Kind.OLD_LIST_SHAPE));

        Answer list = api.get("/v2/pods");

        assertThat(list.json().path("pods")).hasSize(1);
        assertThat(list.json().has("pagination")).isFalse();
    }

    @Test
    void stoppedPodCostsNothingAndCannotBeStoppedAgain() {
        String pod = cloud.create();

        Answer stopped = cloud.act(pod, "stop");

        assertThat(stopped.text("/status")).isEqualTo("EXITED");
        assertThat(stopped.json().path("cost").decimalValue()).isEqualByComparingTo("0");
        assertThat(cloud.act(pod, "stop").status()).isEqualTo(409);
        assertThat(cloud.act(pod, "restart").status()).isEqualTo(409);
        assertThat(cloud.act(pod, "start").text("/status")).isEqualTo("RUNNING");
        assertThat(cloud.act(pod, "start").status()).isEqualTo(409);
        assertThat(cloud.act(pod, "explode").status()).isEqualTo(422);
    }

    @Test
    void terminatedPodIsNotFoundAnyMore() {
        String pod = cloud.create();

        Answer terminated = cloud.act(pod, "terminate");

        assertThat(terminated.status()).isEqualTo(204);
        assertThat(terminated.response().body()).isEmpty();
        assertThat(api.get("/v2/pods/" + pod).status()).isEqualTo(404);
        assertThat(api.get("/v2/pods/" + pod).text("/detail")).isEqualTo("pod not found");
        assertThat(api.call("DELETE", "/v2/pods/" + pod, "").status()).isEqualTo(404);
    }

    @Test
    void lockedPodIsNeitherStoppedNorTerminated() {
        String pod = cloud.create();

        assertThat(api.call("PATCH", "/v2/pods/" + pod, "{\"locked\":true}")
                        .json()
                        .path("locked")
                        .asBoolean())
                .isTrue();

        assertThat(cloud.act(pod, "stop").status()).isEqualTo(409);
        assertThat(api.call("DELETE", "/v2/pods/" + pod, "").status()).isEqualTo(409);
    }

    @Test
    void startAndStopCanBeRefused() {
        String pod = cloud.create();
        cloud.cloud().inject(Fault.next(Kind.STOP_REFUSED));
        cloud.cloud().inject(Fault.next(Kind.START_REFUSED));

        assertThat(cloud.act(pod, "stop").status()).isEqualTo(400);
        assertThat(cloud.act(pod, "stop").status()).isEqualTo(200);
        assertThat(cloud.act(pod, "start").text("/detail")).isEqualTo(Refusal.NO_FREE_GPUS);
        assertThat(api.get("/v2/pods/" + pod).text("/status")).isEqualTo("EXITED");
    }

    @Test
    void patchReplacesTheEnvironmentAsAWhole() {
        String pod = api.post("/v2/pods", BootlessCloud.body("\"env\":{\"A\":\"1\",\"B\":\"2\"}"))
                .text("/id");
        cloud.act(pod, "stop");

        Answer changed = api.call("PATCH", "/v2/pods/" + pod, "{\"env\":{\"B\":\"3\"},\"args\":\"sleep 5\"}");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().path("env").toString()).isEqualTo("{\"B\":\"3\"}");
        assertThat(changed.text("/args")).isEqualTo("sleep 5");
        assertThat(changed.text("/status")).isEqualTo("EXITED");
        assertThat(api.call("PATCH", "/v2/pods/" + pod, "{\"gpu\":{\"count\":2}}")
                        .status())
                .isEqualTo(422);
        assertThat(api.call(
                                "PATCH",
                                "/v2/pods/" + pod,
                                "{\"mounts\":{\"network\":[{\"volumeId\":\"local\",\"path\":\"/w\"}]}}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void podsKeyOpensNothingButThePod() {
        String own = cloud.create();
        String other = cloud.create();
        ApiClient pod = ApiClient.withKey(cloud.endpoint(), podKey(own));

        assertThat(pod.get("/v2/pods/" + own).status()).isEqualTo(200);
        assertThat(pod.get("/v2/pods/" + other).status()).isEqualTo(403);
        assertThat(pod.get("/v2/pods").status()).isEqualTo(403);
        assertThat(pod.get("/v2/network-volumes").status()).isEqualTo(403);
        assertThat(pod.call("PATCH", "/v2/pods/" + own, "{\"name\":\"x\"}").status())
                .isEqualTo(403);
        assertThat(pod.post("/v2/pods/" + other + "/action", "{\"action\":\"stop\"}")
                        .status())
                .isEqualTo(403);
        assertThat(pod.post("/v2/pods/" + own + "/action", "{\"action\":\"terminate\"}")
                        .status())
                .isEqualTo(204);
    }

    private static String podKey(String id) {
        try {
            return Json.read(cloud.state().pod(id).record(), PodRecord.class)
                    .definition()
                    .scopedKey();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void networkVolumesAreKeptGrownAndDeleted() {
        Answer created = api.post("/v2/network-volumes", "{\"name\":\"data\",\"size\":20,\"dataCenter\":\"EU-RO-1\"}");
        String path = "/v2/network-volumes/" + created.text("/id");

        assertThat(created.status()).isEqualTo(201);
        assertThat(api.get("/v2/network-volumes").json().path("networkVolumes"))
                .extracting(volume -> volume.path("name").asText())
                .containsExactly("local", "data");
        assertThat(api.call("PATCH", path, "{\"size\":30}").json().path("size").asInt())
                .isEqualTo(30);
        assertThat(api.call("PATCH", path, "{\"size\":30}").status()).isEqualTo(400);
        assertThat(api.call("PATCH", path, "{}").status()).isEqualTo(422);
        assertThat(api.call("DELETE", path, "").status()).isEqualTo(204);
        assertThat(api.get(path).status()).isEqualTo(404);
        assertThat(api.post("/v2/network-volumes", "{\"name\":\"d\",\"size\":20,\"dataCenter\":\"eu-ro-1\"}")
                        .text("/detail"))
                .contains("EU-RO-1");
        assertThat(api.get("/v2/networkvolumes").status()).isEqualTo(404);
    }

    @Test
    void accountsSshKeysReachAPodThatWantsThem() {
        String key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDummy me";
        assertThat(api.call("PUT", "/v2/account/ssh-keys", "{\"keys\":[\"" + key + "\"]}")
                        .status())
                .isEqualTo(200);

        Answer pod = api.post("/v2/pods", BootlessCloud.body("\"startSsh\":true"));

        assertThat(api.get("/v2/account/ssh-keys").text("/keys/0")).isEqualTo(key);
        assertThat(pod.text("/env/PUBLIC_KEY")).isEqualTo(key);
        assertThat(api.call("PUT", "/v2/account/ssh-keys", "{\"keys\":[\"nonsense\"]}")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void catalogShowsPricesAndStock() {
        Answer gpus = api.get("/v2/catalog/gpus?include=AVAILABILITY&product=POD&count=1&cloud=SECURE");

        assertThat(gpus.json().path("gpus"))
                .filteredOn(gpu -> gpu.path("id").asText().equals("NVIDIA RTX A5000"))
                .singleElement()
                .satisfies(gpu -> {
                    assertThat(gpu.at("/price/secure").decimalValue()).isEqualByComparingTo("0.27");
                    assertThat(gpu.path("availability").asText()).isEqualTo("HIGH");
                    assertThat(gpu.path("dataCenters")).isNotEmpty();
                });
        assertThat(api.get("/v2/catalog/gpus").status()).isEqualTo(200);
        assertThat(api.get("/v2/catalog/gpus?include=AVAILABILITY").status()).isEqualTo(400);
        assertThat(api.get("/v2/catalog/gpus?include=X&product=POD").status()).isEqualTo(422);
        assertThat(api.get("/v2/catalog/gpus/NVIDIA%20RTX%204090").status()).isEqualTo(404);
        assertThat(api.get("/v2/catalog/cpus").status()).isEqualTo(200);
        assertThat(api.get("/v2/catalog/cpus?include=AVAILABILITY&product=POD&vcpuCount=4")
                        .text("/cpus/0/availability"))
                .isEqualTo("HIGH");
        assertThat(api.get("/v2/catalog/cpus?vcpuCount=4").status()).isEqualTo(400);
        assertThat(api.get("/v2/catalog/cpus?include=AVAILABILITY&product=POD&vcpuCount=5")
                        .status())
                .isEqualTo(422);
        assertThat(api.get("/v2/catalog/datacenters?include=GPU_AVAILABILITY&regions=EUROPE")
                        .json()
                        .path("dataCenters"))
                .isNotEmpty()
                .allMatch(center -> center.path("region").asText().equals("EUROPE"));
        assertThat(api.get("/v2/catalog/datacenters/EU-RO-1").text("/networkVolumeTypes/0"))
                .isEqualTo("STANDARD");
    }

    @Test
    void podOnCpusHasThePriceOfItsCpusAndNoGpu() {
        Answer created = api.post(
                "/v2/pods",
                "{\"name\":\"t\",\"image\":\"i\",\"disk\":20,\"cpu\":{\"id\":\"cpu3c\",\"vcpuCount\":2},"
                        + "\"mounts\":{\"network\":[{\"volumeId\":\"local\",\"path\":\"/workspace\"}]}}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().path("cpu").toString()).isEqualTo("{\"id\":\"cpu3c\",\"vcpuCount\":2,\"memory\":4}");
        assertThat(created.json().has("gpu")).isFalse();
        assertThat(created.json().path("cudaVersion").isNull()).isTrue();
        assertThat(created.json().path("cost").decimalValue()).isEqualByComparingTo("0.06");
        assertThat(created.text("/dataCenterId")).isEqualTo("EU-RO-1");
        cloud.act(created.text("/id"), "terminate");
    }

    @Test
    void cpusThatAreSoldOutAreNoCapacity() {
        cloud.cloud().inject(Fault.always(Fault.Kind.CAPACITY).onGpu("cpu3c"));
        String body = "{\"name\":\"t\",\"image\":\"i\",\"disk\":20,\"cpu\":{\"id\":\"%s\",\"vcpuCount\":2}}";

        assertThat(api.post("/v2/pods", body.formatted("cpu3c")).text("/detail"))
                .contains("no longer any instances");
        assertThat(api.get("/v2/catalog/cpus?include=AVAILABILITY&product=POD").text("/cpus/0/availability"))
                .isEqualTo("NONE");
        Answer other = api.post("/v2/pods", body.formatted("cpu5c"));
        assertThat(other.status()).isEqualTo(201);
        cloud.act(other.text("/id"), "terminate");
    }

    @Test
    void billCountsTheTimeAPodRanAndNoMore() {
        String pod = cloud.create();
        cloud.time().advance(Duration.ofHours(10));
        cloud.act(pod, "stop");
        cloud.time().advance(Duration.ofHours(10));

        Answer bill = api.get("/v2/billing/pods?bucketSize=year&podId=" + pod);

        assertThat(bill.json().at("/metadata/totals/totalAmount").asDouble()).isBetween(2.7, 2.71);
        assertThat(bill.json().at("/metadata/uniquePodCount").asInt()).isEqualTo(1);
        cloud.act(pod, "terminate");
        assertThat(api.get("/v2/billing/pods?bucketSize=hour&lastN=48&podId=" + pod)
                        .json()
                        .at("/metadata/totals/gpuAmount")
                        .asDouble())
                .isBetween(2.7, 2.71);
        assertThat(api.get("/v2/billing/pods?lastN=1&startTime=2026-01-01T00:00:00Z")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void unknownRoutesAndMethodsAreProblems() {
        assertThat(api.get("/v2/nonsense").text("/detail")).isEqualTo("resource not found");
        assertThat(api.call("PUT", "/v2/pods", ""))
                .extracting(Answer::status, answer -> answer.header("Allow"))
                .containsExactly(405, "GET, POST");
    }

    @Test
    void controlEndpointNeedsItsOwnKey() {
        assertThat(api.get("/control").status()).isEqualTo(401);
        assertThat(ControlClient.of(cloud.endpoint()).get("/control").status()).isEqualTo(200);
        assertThat(ControlClient.of(cloud.endpoint())
                        .post("/control/faults", "{\"kind\":\"nonsense\"}")
                        .status())
                .isEqualTo(422);
    }
}
