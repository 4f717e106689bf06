package dev.podtrain.run;

import dev.podtrain.config.Settings;
import dev.podtrain.config.TrainingConfig;
import dev.podtrain.ledger.RunId;
import dev.podtrain.transfer.CodeTree;
import dev.podtrain.transfer.GitHead;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One launch's fixed facts: which run it is, what its code and settings are, and where they go on the pod.
 *
 * @param checkout what the pod is to fetch instead of getting the code from here; null unless that was asked for
 * @param commit what the project's git has checked out, for the log's header; empty without git
 */
record RunSpec(
        RunId run,
        LaunchRequest request,
        Settings settings,
        TrainingConfig config,
        CodeTree tree,
        String volumeId,
        @Nullable GitHead checkout,
        String commit) {

    /** Where the volume is mounted on every pod. */
    static final String WORKSPACE = "/workspace";

    boolean local() {
        return request.local();
    }

    /** The project's directory on the pod. */
    String remoteProject() {
        return WORKSPACE + "/" + settings.training().projectDir();
    }

    RemoteRun remote() {
        return RemoteRun.of(run);
    }

    /** Where the last code sync left its account of what it put there. */
    String codeManifest() {
        return WORKSPACE + "/.pod-train/code/" + sha256(settings.training().projectDir()) + ".json";
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
