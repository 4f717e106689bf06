package dev.podtrain.ledger;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pod's try at a run, as far as this machine knows. The nullable parts are filled as the attempt proceeds.
 *
 * @param intended when the pod was asked for
 * @param guarded null in a ledger of an earlier version
 * @param podEnded when the provider was first seen showing the pod as ended
 */
public record Attempt(
        LedgerEvent.Intended intended,
        LedgerEvent.@Nullable Guarded guarded,
        LedgerEvent.@Nullable Refused refused,
        LedgerEvent.@Nullable Rented rented,
        LedgerEvent.@Nullable Ready ready,
        LedgerEvent.@Nullable CodeSynced codeSynced,
        LedgerEvent.@Nullable Started started,
        LedgerEvent.@Nullable Ended ended,
        LedgerEvent.@Nullable PodEnded podEnded) {

    /** How far an attempt has come. */
    public enum Phase {
        INTENDED,
        REFUSED,
        BOOTING,
        READY,
        TRAINING,
        ENDED,
        STOPPED
    }

    static Attempt of(LedgerEvent.Intended intended) {
        return new Attempt(intended, null, null, null, null, null, null, null, null);
    }

    Attempt with(LedgerEvent event) {
        if (event instanceof LedgerEvent.Guarded e) {
            return new Attempt(intended, e, refused, rented, ready, codeSynced, started, ended, podEnded);
        } else if (event instanceof LedgerEvent.Refused e) {
            return new Attempt(intended, guarded, e, rented, ready, codeSynced, started, ended, podEnded);
        } else if (event instanceof LedgerEvent.Rented e) {
            // The first sighting counts: two commands may write down what they see at the same time.
            return new Attempt(
                    intended,
                    guarded,
                    refused,
                    rented == null ? e : rented,
                    ready,
                    codeSynced,
                    started,
                    ended,
                    podEnded);
        } else if (event instanceof LedgerEvent.Ready e) {
            return new Attempt(intended, guarded, refused, rented, e, codeSynced, started, ended, podEnded);
        } else if (event instanceof LedgerEvent.CodeSynced e) {
            return new Attempt(intended, guarded, refused, rented, ready, e, started, ended, podEnded);
        } else if (event instanceof LedgerEvent.Started e) {
            return new Attempt(intended, guarded, refused, rented, ready, codeSynced, e, ended, podEnded);
        } else if (event instanceof LedgerEvent.Ended e) {
            return new Attempt(intended, guarded, refused, rented, ready, codeSynced, started, e, podEnded);
        } else if (event instanceof LedgerEvent.PodEnded e) {
            // The time of the first sighting counts: a later look at the same stopped pod must not lengthen the bill.
            return new Attempt(
                    intended,
                    guarded,
                    refused,
                    rented,
                    ready,
                    codeSynced,
                    started,
                    ended,
                    podEnded == null ? e : new LedgerEvent.PodEnded(podEnded.at(), e.intent(), e.podId(), e.how()));
        }
        return this;
    }

    public int number() {
        return intended.attempt();
    }

    public String intent() {
        return intended.intent();
    }

    public Phase phase() {
        if (podEnded != null) {
            return Phase.STOPPED;
        }
        if (ended != null) {
            return Phase.ENDED;
        }
        if (started != null) {
            return Phase.TRAINING;
        }
        if (ready != null) {
            return Phase.READY;
        }
        if (rented != null) {
            return Phase.BOOTING;
        }
        return refused != null ? Phase.REFUSED : Phase.INTENDED;
    }

    /** Whether something may still be billed for this attempt, as far as is known here. */
    public boolean mayBeBilled() {
        Phase phase = phase();
        return phase != Phase.STOPPED && phase != Phase.REFUSED;
    }

    public Optional<String> podId() {
        return Optional.ofNullable(rented).map(LedgerEvent.Rented::podId);
    }

    /** When the pod began to be billed; only for an attempt that got one. */
    public Instant rentedAt() {
        if (rented == null) {
            throw new IllegalStateException("attempt " + number() + " got no pod");
        }
        return rented.at();
    }

    /** USD per hour: what the pod said, or what the plan expected before there was a pod. */
    public BigDecimal hourlyPriceUsd() {
        return rented == null ? intended.hourlyPriceUsd() : rented.hourlyPriceUsd();
    }

    /** How long the pod has been billed, up to its end or {@code now}; zero before it was rented. */
    public Duration billed(Instant now) {
        if (rented == null) {
            return Duration.ZERO;
        }
        Instant end = podEnded == null ? now : podEnded.at();
        return end.isBefore(rented.at()) ? Duration.ZERO : Duration.between(rented.at(), end);
    }

    /** Estimate of the GPU's cost in USD: billed time at the hourly price, to the hundredth of a cent. */
    public BigDecimal costUsd(Instant now) {
        return hourlyPriceUsd()
                .multiply(BigDecimal.valueOf(billed(now).toMillis()))
                .divide(BigDecimal.valueOf(Duration.ofHours(1).toMillis()), 4, RoundingMode.HALF_UP);
    }
}
