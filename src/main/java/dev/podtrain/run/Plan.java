package dev.podtrain.run;

import dev.podtrain.ledger.RunId;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a launch is about to do and what it may cost, shown before money is spent.
 *
 * @param action what will be done
 * @param actionReason why, one sentence for the user
 * @param offers the GPU types that will be tried, in this order; empty unless something is to be rented
 * @param volume the network volume, as {@code name (id, data center)}
 * @param maxRuntime zero if there is no limit
 * @param maxCostUsd zero if there is no limit
 * @param onExit what happens to the pod at the end: {@code stop}, {@code terminate} or {@code keep}
 * @param recoveries how many lost pods are replaced without asking; null if that was not said
 * @param capacityWait how long a GPU is asked for while there is none; zero for once
 * @param balanceUsd what is left on the account, if it could be read
 */
public record Plan(
        RunId run,
        boolean local,
        String projectPath,
        String config,
        String outputDir,
        Action action,
        String actionReason,
        List<Offer> offers,
        int gpuCount,
        String image,
        String volume,
        Duration maxRuntime,
        BigDecimal maxCostUsd,
        Duration idleTimeout,
        Duration bootGrace,
        String onExit,
        @Nullable Integer recoveries,
        Duration capacityWait,
        @Nullable BigDecimal balanceUsd) {

    /** What the launch will do. */
    public enum Action {
        /** Rent a new pod. */
        RENT,
        /** Start the pod that is stopped, or rent a new one if it cannot start. */
        START,
        /** A pod of this run is there: go on with it, or follow its training. */
        FOLLOW,
        /** The run is finished and nothing has changed. */
        NOTHING
    }

    /**
     * A GPU type in one data center.
     *
     * @param hourlyPriceUsd for all GPUs of the pod together
     * @param availability the provider's word: {@code high}, {@code medium}, {@code low}, {@code none} or {@code unknown}
     */
    public record Offer(String gpu, String cloud, String dataCenter, BigDecimal hourlyPriceUsd, String availability) {}

    public Plan {
        offers = List.copyOf(offers);
    }

    /** Whether carrying it out may cost money. */
    public boolean spends() {
        return !local && (action == Action.RENT || action == Action.START);
    }

    /** The dearest hour this plan may come to. */
    public Optional<BigDecimal> highestHourlyPriceUsd() {
        return offers.stream().map(Offer::hourlyPriceUsd).max(BigDecimal::compareTo);
    }

    /** The most this attempt's GPU can cost, in USD; empty if neither limit is set. */
    public Optional<BigDecimal> ceilingUsd() {
        Optional<BigDecimal> byTime = maxRuntime.isZero()
                ? Optional.empty()
                : highestHourlyPriceUsd().map(price -> Money.forSpan(price, maxRuntime));
        Optional<BigDecimal> byCost = maxCostUsd.signum() == 0 ? Optional.empty() : Optional.of(maxCostUsd);
        if (byTime.isPresent() && byCost.isPresent()) {
            return Optional.of(byTime.get().min(byCost.get()));
        }
        return byTime.isPresent() ? byTime : byCost;
    }

    /** Whether the account's balance, as far as it could be read, may end before this attempt does. */
    public boolean isBalanceShort() {
        BigDecimal balance = balanceUsd;
        if (balance == null || !spends()) {
            return false;
        }
        // RunPod refuses a pod for which there is not an hour of credit (billing page, 2026-08-20).
        return ceilingUsd()
                .or(this::highestHourlyPriceUsd)
                .filter(most -> balance.compareTo(most) < 0)
                .isPresent();
    }
}
