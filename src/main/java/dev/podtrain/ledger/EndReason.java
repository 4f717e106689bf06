package dev.podtrain.ledger;

import java.util.Locale;

/** Why a training ended: the words of the remote protocol, and those that only this side can say. */
public enum EndReason {
    /** The trainer ended with exit code 0. */
    FINISHED,
    /** The trainer, or the making of its environment, ended with another exit code. */
    FAILED,
    /** {@code MAX_RUNTIME} was reached. */
    DEADLINE,
    /** {@code MAX_COST} was reached. */
    BUDGET,
    /** Neither log nor GPU nor CPU moved for {@code IDLE_TIMEOUT}. */
    IDLE,
    /** The user asked for it. */
    STOPPED,
    /** The training's session vanished without an exit code. */
    KILLED,
    /** The pod went away and nothing tells how the training ended. */
    LOST,
    /** The pod ended before a training had started on it. */
    NOT_STARTED,
    /** The provider shows the pod as stopped, and neither its guard nor this program did that. */
    STOPPED_ELSEWHERE,
    /** The provider showed the pod as running, but it did not answer over SSH; this program ended it. */
    UNREACHABLE,
    /** The pod went away and the account has no money left. */
    NO_BALANCE;

    /** The word used in files, JSON and messages. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The reason with this word; an unknown word, written by a newer version, counts as lost. */
    public static EndReason ofWord(String word) {
        for (EndReason reason : values()) {
            if (reason.word().equals(word)) {
                return reason;
            }
        }
        return LOST;
    }
}
