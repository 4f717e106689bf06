package dev.podtrain.cli;

import dev.podtrain.run.CareOperations.Swept;
import dev.podtrain.run.FoundPod;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Pods of an account and what became of them, for people and for programs. */
final class SweepText {
    private static final List<String> HEAD =
            List.of("POD", "NAME", "RUN", "STATE", "RENTED", "COST", "KNOWN HERE", "ACTIVITY");

    /** The facts that the amounts are made of (RunPod's storage page, 2026-08-20). */
    private static final String FACTS = "cost: the pod's price, and per GB and month 0.10 USD for disks while it runs;"
            + " of a stopped pod only a volume bound to its host costs, 0.20 USD; network volumes are charged apart";

    private SweepText() {}

    static void list(List<FoundPod> pods, boolean local, Session session) {
        String where = local ? "on the local cloud" : "in this account";
        if (pods.isEmpty()) {
            session.screen().say("no pod of this program is " + where);
            return;
        }
        Instant now = session.time().now();
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        pods.forEach(pod -> rows.add(row(pod, local, now)));
        session.screen().answer(Table.of(rows));
        if (!local) {
            session.screen().answer("all of ours: " + daily(total(pods)));
            session.screen().say(FACTS);
        }
        if (pods.stream().anyMatch(pod -> !pod.ours())) {
            session.screen().say("pods with our name only, or our variables only, are never touched");
        }
    }

    private static List<String> row(FoundPod pod, boolean local, Instant now) {
        return List.of(
                pod.id(),
                pod.name(),
                pod.run() == null ? "-" : pod.run() + ", attempt " + pod.attempt(),
                pod.status(),
                pod.createdAt() == null ? "?" : Amounts.ago(pod.createdAt(), now),
                local ? "-" : daily(pod.dailyUsd()),
                pod.known() ? "yes" : "no",
                pod.ours() ? activity(pod.activity()) : "not ours: not touched");
    }

    private static String daily(BigDecimal usd) {
        return Amounts.money(usd) + "/day";
    }

    private static String activity(FoundPod.Activity activity) {
        return switch (activity) {
            case TRAINING -> "training";
            case LAUNCHING -> "being launched";
            case UNKNOWN -> "unknown: may train";
            case IDLE -> "no training known";
            case STOPPED -> "none";
        };
    }

    static BigDecimal total(List<FoundPod> pods) {
        return pods.stream().filter(FoundPod::ours).map(FoundPod::dailyUsd).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    static void results(List<Swept> results, Session session) {
        List<List<String>> rows = new ArrayList<>();
        results.forEach(swept -> rows.add(
                List.of("pod " + swept.podId(), swept.result().name().toLowerCase(Locale.ROOT) + ":", swept.detail())));
        session.screen().answer("\n" + Table.of(rows));
    }

    static Json json(List<FoundPod> pods, List<Swept> results, Instant now) {
        return Json.object()
                .objects("pods", pods, (json, pod) -> json.field("pod_id", pod.id())
                        .field("name", pod.name())
                        .field("ours", pod.ours())
                        .field("run", pod.run())
                        .field("attempt", pod.attempt())
                        .field("status", pod.status())
                        .moment("created_at", pod.createdAt())
                        .money("hourly_price_usd", pod.hourlyPriceUsd())
                        .money("daily_usd", pod.dailyUsd())
                        .field("known_here", pod.known())
                        .field("on_network_volume", pod.expendable())
                        .field("activity", pod.activity().name().toLowerCase(Locale.ROOT)))
                .money("daily_usd", total(pods))
                .moment("as_of", now)
                .objects("results", results, (json, swept) -> json.field("pod_id", swept.podId())
                        .field("result", swept.result().name().toLowerCase(Locale.ROOT))
                        .field("detail", swept.detail()));
    }
}
