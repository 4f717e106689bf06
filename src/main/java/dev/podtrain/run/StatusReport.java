package dev.podtrain.run;

import dev.podtrain.ledger.RunState;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands.
 *
 * @param state the ledger's account
 * @param asOf when it was put together
 * @param refreshed whether the provider and the pod were asked; false for what this machine knew
 * @param phase one of {@code intended}, {@code booting}, {@code ready}, {@code training}, {@code ended}, {@code stopped}, {@code none}
 * @param step the newest training step seen in the log, if any
 * @param checkpoint the newest whole checkpoint, or else the one resumed from
 * @param podStatus the provider's word for the pod, in lower case; absent if it was not asked or the pod is gone
 * @param problem why it could not be refreshed, in words
 */
public record StatusReport(
        RunState state,
        Instant asOf,
        boolean refreshed,
        String phase,
        @Nullable Long step,
        @Nullable String checkpoint,
        @Nullable String podStatus,
        BigDecimal costUsd,
        @Nullable String problem) {}
