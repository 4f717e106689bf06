package dev.podtrain.script;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code train.sh status} prints about a run on the volume; see {@code docs/remote-protocol.md}.
 *
 * @param intent the attempt that the state belongs to; null if no attempt has started
 * @param phase {@code starting}, {@code training} or {@code ended}; null with no state
 * @param reason why it ended; null unless it has
 * @param exitCode the trainer's; null while it runs, or if it never told one
 * @param resumedFrom checkpoint folder's name; null if it started from zero
 * @param session whether the tmux session is there
 * @param logBytes the log's size
 * @param newestCheckpoint newest whole one; null if there is none
 */
public record TrainStatus(
        @Nullable String intent,
        @Nullable String phase,
        @Nullable String reason,
        @Nullable Integer exitCode,
        @Nullable String resumedFrom,
        boolean session,
        long logBytes,
        @Nullable String newestCheckpoint) {

    /** Whether the training of this intent is over. */
    public boolean isEnded(String ofIntent) {
        return ofIntent.equals(intent) && "ended".equals(phase);
    }

    /** Whether the training of this intent is being prepared or runs. */
    public boolean isUnderWay(String ofIntent) {
        return ofIntent.equals(intent) && phase != null && !"ended".equals(phase);
    }

    /** Reads the document; empty if it is not one. */
    public static Optional<TrainStatus> parse(String json) {
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        if (root == null || !root.isObject()) {
            return Optional.empty();
        }
        JsonNode state = root.path("state");
        return Optional.of(new TrainStatus(
                text(state.path("intent")),
                text(state.path("phase")),
                text(state.path("reason")),
                state.path("exit_code").isInt()
                        ? Integer.valueOf(state.path("exit_code").intValue())
                        : null,
                text(state.path("resumed_from")),
                root.path("session").asBoolean(false),
                Math.max(0, root.path("log_bytes").asLong(0)),
                text(root.path("newest_checkpoint"))));
    }

    private static @Nullable String text(JsonNode node) {
        return node.isTextual() ? node.textValue() : null;
    }
}
