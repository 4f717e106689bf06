package dev.podtrain.cli;

import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.RunState;
import java.util.Locale;
import java.util.Optional;

/** What a run's ledger says, in one word. */
final class RunWords {
    private RunWords() {}

    /** How the last attempt ended, or else how far it has come; {@code none} if there was none. */
    static String state(RunState run) {
        Optional<Attempt> current = run.current();
        if (current.isEmpty()) {
            return "none";
        }
        Attempt attempt = current.get();
        return attempt.ended() == null
                ? attempt.phase().name().toLowerCase(Locale.ROOT)
                : attempt.ended().reason().word();
    }

    /** Nothing is ever billed for the local cloud. */
    static boolean mayBeBilled(RunState run) {
        return !run.definition().local() && !run.maybeBilled().isEmpty();
    }

    /** Where the pod is, or where it was asked for. */
    static String dataCenter(Attempt attempt) {
        return attempt.rented() == null || attempt.rented().dataCenter() == null
                ? attempt.intended().dataCenter()
                : attempt.rented().dataCenter();
    }
}
