package dev.podtrain.config;

import dev.podtrain.base.Secret;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything the user has decided, typed and checked.
 *
 * @param secrets by setting name: every token that was given, whether or not a pod needs it
 * @param podEnvironment variables for the trainer that are no secrets: plain ones such as {@code HF_ENDPOINT}, and
 *     references such as {@code {{ RUNPOD_SECRET_hf_token }}} that the provider fills in at boot
 * @param origins by setting name: where each known setting came from
 * @param warnings sentences for the user, none of which stops a run
 */
public record Settings(
        Account account,
        PodSettings pod,
        TrainSettings training,
        Limits limits,
        Retries retries,
        TensorboardSettings tensorboard,
        DataSettings data,
        SortedMap<String, Secret> secrets,
        SortedMap<String, String> podEnvironment,
        SortedMap<String, Origin> origins,
        List<String> warnings) {

    public Settings {
        secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
        podEnvironment = Collections.unmodifiableSortedMap(new TreeMap<>(podEnvironment));
        origins = Collections.unmodifiableSortedMap(new TreeMap<>(origins));
        warnings = List.copyOf(warnings);
    }

    /** Those of the secrets that a trainer may need; the keys of the provider's own storage stay on this machine. */
    public SortedMap<String, Secret> secretsForPod() {
        SortedMap<String, Secret> forPod = new TreeMap<>(secrets);
        forPod.keySet().removeIf(name -> name.startsWith("RUNPOD_"));
        return forPod;
    }
}
