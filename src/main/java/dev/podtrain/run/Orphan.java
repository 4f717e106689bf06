package dev.podtrain.run;

import dev.podtrain.ledger.RunState;
import org.jspecify.annotations.Nullable;

/**
 * An attempt of which nobody on this machine knows that it has ended, although it should have.
 *
 * @param podId null if the provider's answer was never seen
 * @param reason why it is suspicious, as the second half of a sentence
 */
public record Orphan(RunState run, int attempt, @Nullable String podId, String reason) {}
