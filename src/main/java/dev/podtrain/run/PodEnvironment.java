package dev.podtrain.run;

import dev.podtrain.config.Limits;
import dev.podtrain.config.OnExit;
import dev.podtrain.pod.Pod;
import dev.podtrain.script.PodScripts;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The environment that a pod is created or started with; see {@code docs/remote-protocol.md}. It holds no secret. */
final class PodEnvironment {
    static final String RUN = "POD_TRAIN_RUN";
    static final String ON_EXIT = "POD_TRAIN_ON_EXIT";
    static final String HAS_NETWORK_VOLUME = "POD_TRAIN_HAS_NETWORK_VOLUME";
    static final String ATTEMPT = "POD_TRAIN_ATTEMPT";
    private static final String PREFIX = "POD_TRAIN_";
    private static final String MAX_RUNTIME = "POD_TRAIN_MAX_RUNTIME";
    private static final String MAX_COST = "POD_TRAIN_MAX_COST";
    private static final String IDLE_TIMEOUT = "POD_TRAIN_IDLE_TIMEOUT";
    private static final String BOOT_GRACE = "POD_TRAIN_BOOT_GRACE";

    private PodEnvironment() {}

    static SortedMap<String, String> of(
            RunSpec spec, int attempt, String intent, BigDecimal hourlyPriceUsd, String publicKey, Cloud cloud) {
        Limits limits = spec.settings().limits();
        SortedMap<String, String> env = new TreeMap<>(spec.settings().podEnvironment());
        env.put("PUBLIC_KEY", publicKey);
        env.put(RUN, spec.run().value());
        env.put(ATTEMPT, Integer.toString(attempt));
        env.put(Pod.INTENT_VARIABLE, intent);
        env.put("POD_TRAIN_GUARD", PodScripts.guardBase64());
        env.put("POD_TRAIN_WORKSPACE", RunSpec.WORKSPACE);
        env.put("POD_TRAIN_API_URL", withoutSlash(cloud.guardApiUrl()));
        env.put("POD_TRAIN_GRAPHQL_URL", cloud.guardGraphqlUrl().toString());
        env.put(ON_EXIT, limits.onExit().word());
        env.put(HAS_NETWORK_VOLUME, "1");
        env.put("POD_TRAIN_PRICE_PER_HOUR", hourlyPriceUsd.toPlainString());
        env.put(MAX_COST, limits.maxCostUsd().toPlainString());
        env.put(BOOT_GRACE, seconds(limits.bootGrace()));
        env.put(MAX_RUNTIME, seconds(limits.maxRuntime()));
        env.put(IDLE_TIMEOUT, seconds(limits.idleTimeout()));
        env.put("POD_TRAIN_SAVE_GRACE", seconds(limits.saveGrace()));
        env.put("POD_TRAIN_GUARD_INTERVAL", seconds(limits.guardInterval()));
        env.put("POD_TRAIN_RETRY_PAUSE", seconds(limits.retryPause()));
        return env;
    }

    /** The environment for starting an existing pod: what else it had, and ours in place of an earlier attempt's. */
    static SortedMap<String, String> replacing(Pod pod, Map<String, String> ours) {
        SortedMap<String, String> env = new TreeMap<>(pod.env());
        env.keySet().removeIf(name -> name.startsWith(PREFIX));
        env.putAll(ours);
        return env;
    }

    /** The limits that the pod's guard keeps; where the pod does not say, those of today. */
    static Limits limits(Pod pod, Limits today) {
        return new Limits(
                seconds(pod, MAX_RUNTIME, today.maxRuntime()),
                usd(pod, MAX_COST, today.maxCostUsd()),
                today.maxPricePerHourUsd(),
                seconds(pod, IDLE_TIMEOUT, today.idleTimeout()),
                seconds(pod, BOOT_GRACE, today.bootGrace()),
                today.readyTimeout(),
                today.saveGrace(),
                today.guardInterval(),
                today.retryPause(),
                Arrays.stream(OnExit.values())
                        .filter(word -> word.word().equals(pod.env().get(ON_EXIT)))
                        .findFirst()
                        .orElse(today.onExit()));
    }

    private static Duration seconds(Pod pod, String name, Duration today) {
        String text = pod.env().getOrDefault(name, "");
        return text.matches("[0-9]{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : today;
    }

    private static BigDecimal usd(Pod pod, String name, BigDecimal today) {
        String text = pod.env().getOrDefault(name, "");
        return text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") ? new BigDecimal(text) : today;
    }

    static int attemptOf(Pod pod) {
        String number = pod.env().getOrDefault(ATTEMPT, "");
        return number.matches("[0-9]{1,6}") ? Integer.parseInt(number) : 1;
    }

    /** Whether this program made the pod and its data is on a network volume, so that deleting the pod loses nothing. */
    static boolean isExpendable(Pod pod) {
        return pod.env().containsKey(RUN) && "1".equals(pod.env().get(HAS_NETWORK_VOLUME));
    }

    /** Whether the user wants the pod to stay after the training. */
    static boolean isKept(Pod pod) {
        return "keep".equals(pod.env().get(ON_EXIT));
    }

    static String seconds(Duration duration) {
        return Long.toString(duration.toSeconds());
    }

    static String withoutSlash(URI uri) {
        String text = uri.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
