package dev.podtrain.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.podtrain.http.ApiRequest;
import dev.podtrain.http.SimulatedApi.Reply;
import dev.podtrain.run.SimPod.Boot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The provider: the account's pods and money, and what its two APIs answer where nothing goes wrong on the way. */
final class SimCloud {
    static final String VOLUME = "vol1";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NO_CAPACITY =
            "There are no longer any instances available with the requested specifications.";
    private static final String NO_FREE_GPUS = "There are not enough free GPUs on the host machine to start this pod.";

    private final SimWorld world;
    private final SimVolume volume;
    private final Rules rules;
    private final List<SimPod> pods = new ArrayList<>();
    private boolean broke;

    SimCloud(SimWorld world, SimVolume volume, Rules rules) {
        this.world = world;
        this.volume = volume;
        this.rules = rules;
        if (world.trouble(1)) {
            world.after(world.seconds(60, 2000), this::runDry);
        }
    }

    List<SimPod> pods() {
        return pods;
    }

    Optional<SimPod> pod(String id) {
        return pods.stream().filter(pod -> pod.id.equals(id)).findFirst();
    }

    private void runDry() {
        if (!world.isCalm()) {
            world.count("account: balance at zero");
            drain();
        }
    }

    /** The account has nothing left, which ends its pods. */
    void drain() {
        broke = true;
        pods.stream().filter(SimPod::isBilled).forEach(pod -> pod.end("EXITED", "no balance"));
    }

    /** Nothing goes wrong any more, and what had gone wrong is well again. */
    void calmDown() {
        broke = false;
        pods.forEach(SimPod::thaw);
        pods.forEach(pod -> pod.cutOff = false);
    }

    // --- What is answered -------------------------------------------------------------------------------------------

    /** The answer to a request of this name, see {@link SimApi}. */
    Reply answer(String call, ApiRequest request, SimClient client) {
        String id = request.path().size() > 2 ? request.path().get(2) : "";
        Optional<SimPod> pod = pod(id).filter(p -> !p.isHidden());
        return switch (call) {
            case "create" -> create(parse(request.body()), client);
            case "list" -> list();
            case "get" ->
                pod.filter(SimPod::isListed).map(p -> Reply.of(200, p.json())).orElse(absent());
            case "patch" -> there(pod).map(p -> patch(p, parse(request.body()))).orElse(absent());
            case "start" -> there(pod).map(p -> start(p, client)).orElse(absent());
            case "stop" -> there(pod).map(this::stop).orElse(absent());
            case "terminate" -> there(pod).map(this::terminate).orElse(absent());
            case "catalog" -> catalog();
            case "volume" ->
                Reply.of(200, "{\"id\":\"" + VOLUME + "\",\"name\":\"data\",\"size\":100,\"dataCenter\":\"EU-RO-1\"}");
            case "graphql" -> graphql(String.valueOf(request.body()));
            default -> throw new AssertionError(call);
        };
    }

    private static Optional<SimPod> there(Optional<SimPod> pod) {
        return pod.filter(p -> !p.status.equals("TERMINATED"));
    }

    private static JsonNode parse(@Nullable String body) {
        try {
            return JSON.readTree(String.valueOf(body));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    static Reply refusal(int status, String detail) {
        return Reply.of(status, "{\"title\":\"t\",\"status\":" + status + ",\"detail\":\"" + detail + "\"}");
    }

    static Reply absent() {
        return refusal(404, "pod not found");
    }

    private Reply create(JsonNode body, SimClient client) {
        Map<String, String> env = texts(body.path("env"));
        rules.asked(client, env, body.path("args").asText());
        if (broke) {
            return refusal(402, "balance too low");
        }
        if (world.trouble(2)) {
            world.count("create: no capacity");
            return refusal(400, NO_CAPACITY);
        }
        String gpu = body.path("gpu").path("id").asText();
        SimPod pod = new SimPod(
                world,
                volume,
                rules,
                "pod" + (pods.size() + 1),
                body.path("name").asText(),
                gpu,
                priceOf(gpu),
                env,
                body.path("args").asText());
        pods.add(0, pod);
        rules.billed(pod);
        if (world.trouble(1)) {
            world.count("create: pod appears later");
            pod.hiddenUntil = world.nanos() + world.seconds(1, 40).toNanos();
        }
        pod.begin(boot(), 1);
        return Reply.of(201, pod.json());
    }

    private Boot boot() {
        if (!world.trouble(1.5)) {
            return Boot.HEALTHY;
        }
        Boot[] bad = Boot.values();
        return bad[1 + world.below(bad.length - 1)];
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    static String priceOf(String gpu) {
        return gpu.equals("NVIDIA L40S") ? "0.99" : "0.69";
    }

    private Reply list() {
        return Reply.of(
                200,
                pods.stream()
                        .filter(SimPod::isListed)
                        .map(SimPod::json)
                        .collect(Collectors.joining(",", "{\"pods\":[", "]}")));
    }

    private Reply patch(SimPod pod, JsonNode body) {
        if (pod.isBilled()) {
            rules.resetsRunning(pod);
        }
        pod.env = texts(body.path("env"));
        pod.args = body.path("args").asText(pod.args);
        return Reply.of(200, pod.json());
    }

    private Reply start(SimPod pod, SimClient client) {
        if (pod.isBilled()) {
            return refusal(409, "action start is not valid for a pod in status RUNNING");
        }
        rules.asked(client, pod.env, pod.args);
        if (broke) {
            return refusal(402, "balance too low");
        }
        if (world.trouble(3)) {
            world.count("start: refused");
            return refusal(400, NO_FREE_GPUS);
        }
        rules.billed(pod);
        boolean bare = world.trouble(2);
        if (bare) {
            world.count("start: without a GPU");
        }
        pod.begin(boot(), bare ? 0 : 1);
        return Reply.of(200, pod.json());
    }

    private Reply stop(SimPod pod) {
        if (!pod.isBilled()) {
            return refusal(409, "action stop is not valid for a pod in status EXITED");
        }
        if (world.trouble(2)) {
            world.count("stop: refused");
            return refusal(world.pick(400, 409), "Something went wrong. Please try again later or contact support.");
        }
        pod.end("EXITED", "stopped over the API");
        return Reply.of(200, pod.json());
    }

    private Reply terminate(SimPod pod) {
        pod.end("TERMINATED", "terminated over the API");
        return Reply.of(204, "");
    }

    private static Reply catalog() {
        return Reply.of(200, "{\"gpus\":[" + gpuType("NVIDIA GeForce RTX 4090") + "," + gpuType("NVIDIA L40S") + "]}");
    }

    private static String gpuType(String id) {
        return "{\"id\":\"" + id + "\",\"name\":\"n\",\"memory\":24,\"price\":{\"secure\":" + priceOf(id)
                + "},\"secure\":true,\"availability\":\"HIGH\",\"maxCount\":{\"secure\":8},"
                + "\"dataCenters\":[{\"id\":\"EU-RO-1\",\"availability\":\"HIGH\"}]}";
    }

    private Reply graphql(String query) {
        if (query.contains("lastStatusChange")) {
            boolean byUser = pods.stream().anyMatch(pod -> pod.endedByUser && query.contains("\\\"" + pod.id + "\\\""));
            String change = byUser ? "Exited by User" : "Exited by Runpod";
            return Reply.of(200, "{\"data\":{\"pod\":{\"lastStatusChange\":\"" + change + "\"}}}");
        }
        return Reply.of(
                200,
                "{\"data\":{\"myself\":{\"clientBalance\":" + (broke ? "-0.01" : "20.5")
                        + ",\"currentSpendPerHr\":0.69,\"spendLimit\":80}}}");
    }

    /** How long this account's pods can go on by themselves after the last command, with air. */
    static Duration longestLife() {
        return Duration.ofHours(5);
    }
}
