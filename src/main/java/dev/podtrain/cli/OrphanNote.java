package dev.podtrain.cli;

import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.Orphan;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The one line with which a command begins if other runs may have left something that is billed. */
final class OrphanNote {
    private static final int NAMED = 3;

    private OrphanNote() {}

    /** Beside the answer, so that what a program reads stays what it was. */
    static void show(Session session, Predicate<RunState> isAskedAbout) {
        List<Orphan> orphans;
        try {
            orphans = session.care().get().orphans();
        } catch (ProblemException e) {
            // The state cannot be read: a command that needs it says so itself.
            return;
        }
        List<Orphan> others = orphans.stream()
                .filter(orphan -> !isAskedAbout.test(orphan.run()))
                .toList();
        if (!others.isEmpty()) {
            session.screen().warn(text(others));
        }
    }

    private static String text(List<Orphan> orphans) {
        String named = orphans.stream().limit(NAMED).map(OrphanNote::text).collect(Collectors.joining("; "));
        int more = orphans.size() - NAMED;
        return "may still be billed: " + named + (more > 0 ? "; and " + more + " more" : "") + ": '"
                + (orphans.size() == 1 && !orphans.get(0).run().movesData()
                        ? CommandLines.status(orphans.get(0).run().id())
                        : CommandLines.SWEEP)
                + "' looks";
    }

    /** The pod, or the run where no pod is known, and why; no status shows what moves data, which 'sweep' does. */
    static String text(Orphan orphan) {
        String pod = orphan.podId() == null ? "a pod" : "pod " + orphan.podId();
        return pod + " of " + orphan.run().id() + " (" + orphan.reason() + ")";
    }
}
