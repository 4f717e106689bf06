package dev.podtrain.run;

import dev.podtrain.config.Limits;
import dev.podtrain.ledger.LedgerEvent;
import java.util.ArrayList;
import java.util.List;

/** What a launch asks for and a training that is under way already does not do; said, so that nobody takes it as done. */
final class LeftUndone {
    private final RunSpec spec;

    LeftUndone(RunSpec spec) {
        this.spec = spec;
    }

    /** In sentences; none if the pod does as the launch asks. */
    List<String> by(LivePod live) {
        List<String> sentences = new ArrayList<>();
        LedgerEvent.Intended then = live.attempt().intended();
        String instead = ": run 'pod-train stop " + spec.run() + "', then the same command again";
        if (live.attempt().started() != null) {
            if (spec.request().forceRestart() && !then.forceRestart()) {
                sentences.add("a training of this run is under way and is not started over; to do that" + instead);
            }
            if (isOther(then.treeHash(), spec.tree().treeHash())
                    || isOther(then.configHash(), spec.config().sha256())) {
                sentences.add(
                        "the code or the config has changed since this training started, which goes on with what it"
                                + " started with; to train with the change" + instead);
            }
        }
        List<String> limits = differing(
                spec.settings().limits(),
                PodEnvironment.limits(live.pod(), spec.settings().limits()));
        if (!limits.isEmpty()) {
            sentences.add(String.join(", ", limits) + " as set now will count for the next pod; pod "
                    + live.pod().id() + " keeps what it was rented with");
        }
        return sentences;
    }

    /** Of a pod that another machine rented this one knows no hash. */
    private static boolean isOther(String then, String now) {
        return !then.isEmpty() && !then.equals(now);
    }

    private static List<String> differing(Limits now, Limits then) {
        List<String> names = new ArrayList<>();
        if (!now.maxRuntime().equals(then.maxRuntime())) {
            names.add("MAX_RUNTIME");
        }
        if (now.maxCostUsd().compareTo(then.maxCostUsd()) != 0) {
            names.add("MAX_COST");
        }
        if (!now.idleTimeout().equals(then.idleTimeout())) {
            names.add("IDLE_TIMEOUT");
        }
        if (now.onExit() != then.onExit()) {
            names.add("ON_EXIT");
        }
        return names;
    }
}
