package dev.podtrain.cli;

import dev.podtrain.ledger.RunId;
import java.math.BigDecimal;

/** What to say when this program ends before the training does. */
final class GoesOn {
    private GoesOn() {}

    static String text(RunId run, String podId, BigDecimal hourlyPriceUsd, boolean local) {
        return "the training goes on: run " + run + " on pod " + podId
                + (local ? " of the local cloud, for free" : ", " + Amounts.hourly(hourlyPriceUsd)) + "\n"
                + commands(run);
    }

    static String commands(RunId run) {
        return new Block()
                .line("follow it", CommandLines.follow(run))
                .line("see it", CommandLines.status(run))
                .line("stop it", CommandLines.stop(run))
                .toString();
    }
}
