package dev.podtrain.run;

import dev.podtrain.ledger.RunId;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** How a launch, or the following of a run, came to its end. */
public sealed interface Outcome {
    /** Only the plan was wanted. */
    record Planned(Plan plan) implements Outcome {}

    /** The user did not agree to the plan: nothing was rented. */
    record Declined() implements Outcome {}

    /** Finished before, and nothing has changed since: nothing was rented. */
    record AlreadyFinished(Receipt receipt) implements Outcome {}

    /** The training runs and this program does not watch any more, as was asked with a flag. */
    record Detached(RunId run, String podId, BigDecimal hourlyPriceUsd) implements Outcome {}

    /** Ctrl+C while following: the training goes on. */
    record Interrupted(RunId run, String podId, BigDecimal hourlyPriceUsd) implements Outcome {}

    /**
     * Ctrl+C before the training had started: what was rented has been given back, as far as the provider confirmed it.
     *
     * @param left what is left behind, in words
     */
    record Cancelled(@Nullable RunId run, String left) implements Outcome {}

    /** The training is over and the pod's end was seen, or not (see the receipt). */
    record Ended(Receipt receipt) implements Outcome {}
}
