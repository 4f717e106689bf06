package dev.podtrain.run;

import dev.podtrain.config.Limits;
import dev.podtrain.pod.Pod;
import dev.podtrain.script.PodScripts;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
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
        env.put("POD_TRAIN_MAX_COST", limits.maxCostUsd().toPlainString());
        env.put("POD_TRAIN_BOOT_GRACE", seconds(limits.bootGrace()));
        env.put("POD_TRAIN_MAX_RUNTIME", seconds(limits.maxRuntime()));
        env.put("POD_TRAIN_IDLE_TIMEOUT", seconds(limits.idleTimeout()));
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
