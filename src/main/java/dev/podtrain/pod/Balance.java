package dev.podtrain.pod;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The account's money.
 *
 * @param spendPerHourUsd what everything of the account costs now
 * @param spendLimitUsd the account's own limit per hour; null if it has none
 */
public record Balance(
        BigDecimal balanceUsd,
        BigDecimal spendPerHourUsd,
        @Nullable BigDecimal spendLimitUsd) {}
