package dev.podtrain.cli;

import dev.podtrain.run.SyncPlan;
import org.jspecify.annotations.Nullable;

/** The plan of a data sync for people, with what it costs. */
final class SyncPlanText {
    private SyncPlanText() {}

    static String of(SyncPlan plan) {
        return new Block()
                .line("route", plan.route().word() + ": " + plan.reason())
                .line("volume", plan.volume() + " in " + plan.dataCenter() + ", into /workspace/data")
                .line("cost", cost(plan))
                .toString();
    }

    private static String cost(SyncPlan plan) {
        if (plan.local()) {
            return "nothing: this is the local cloud";
        }
        @Nullable String pod = plan.pod();
        if (plan.hourlyPriceUsd() != null) {
            return "a pod with " + plan.hardware() + " at " + Amounts.hourly(plan.hourlyPriceUsd())
                    + " for as long as it takes; it is ended afterwards";
        }
        return pod == null
                ? "nothing beyond the volume's own storage"
                : "nothing beyond pod " + pod + ", which is billed already";
    }
}
