package dev.podtrain.cli;

import dev.podtrain.ledger.RunId;
import dev.podtrain.run.LaunchRequest;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.Plan;
import dev.podtrain.run.RunListener;
import java.util.Optional;

/** Shows a launch while it goes on, and what it came to. */
interface LaunchView extends RunListener {
    /** Shows the end; nothing follows. */
    ExitCode show(Outcome outcome);

    /** The run, once its plan is known. */
    Optional<RunId> run();

    /** Whether the plan may be carried out; asks if it costs money. */
    static boolean agreed(Plan plan, LaunchRequest request, Consent consent) {
        return request.dryRun() || !plan.spends() || consent.to("Rent this?", "rent a pod");
    }
}
