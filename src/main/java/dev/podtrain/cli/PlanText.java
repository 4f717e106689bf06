package dev.podtrain.cli;

import dev.podtrain.run.Plan;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A plan for people: what will happen, why, and what it may cost. */
final class PlanText {
    private PlanText() {}

    static String of(Plan plan) {
        Block block = new Block()
                .line("run", plan.run() + (plan.local() ? " on the local cloud" : ""))
                .line("project", plan.projectPath())
                .line("config", plan.config())
                .line("output_dir", plan.outputDir())
                .line("action", action(plan.action()) + ": " + plan.actionReason());
        if (plan.action() == Plan.Action.NOTHING) {
            return block.toString();
        }
        if (!plan.offers().isEmpty()) {
            block.line("gpu", offers(plan)).line("image", plan.image());
        }
        block.line("volume", plan.volume())
                .line("cost", cost(plan))
                .line("guard", guard(plan))
                .line("at the end", atTheEnd(plan.onExit()));
        if (plan.recoveries() != null && plan.recoveries() > 0) {
            block.line("if it is lost", "another pod resumes, up to " + plan.recoveries() + " times");
        }
        if (!plan.capacityWait().isZero()) {
            block.line("if none is free", "asks again for " + Amounts.duration(plan.capacityWait()));
        }
        if (plan.balanceUsd() != null) {
            block.line("balance", balance(plan, plan.balanceUsd()));
        }
        return block.toString();
    }

    private static String balance(Plan plan, BigDecimal balance) {
        if (!plan.isBalanceShort()) {
            return Amounts.money(balance);
        }
        String than = plan.ceilingUsd().isPresent() ? "this attempt may cost" : "one hour costs";
        return Amounts.money(balance) + ": LESS than " + than + ". At zero RunPod stops every pod of the account;"
                + "\nadd credit, or lower MAX_COST or MAX_RUNTIME";
    }

    private static String action(Plan.Action action) {
        return switch (action) {
            case RENT -> "rent a new pod";
            case START -> "start the stopped pod";
            case FOLLOW -> "go on with the pod that is there";
            case NOTHING -> "nothing to do";
        };
    }

    private static String offers(Plan plan) {
        List<List<String>> rows = new ArrayList<>();
        for (Plan.Offer offer : plan.offers()) {
            rows.add(List.of(
                    plan.gpuCount() + " x " + offer.gpu(),
                    offer.cloud(),
                    offer.dataCenter(),
                    Amounts.hourly(offer.hourlyPriceUsd()),
                    "availability " + offer.availability()));
        }
        return (rows.size() > 1 ? "the first of these that can be had:\n" : "") + Table.of(rows);
    }

    private static String cost(Plan plan) {
        return (plan.local() ? "nothing here; on RunPod " : "") + ceiling(plan);
    }

    private static String ceiling(Plan plan) {
        Optional<String> most = plan.ceilingUsd().map(Amounts::money);
        List<String> limits = new ArrayList<>();
        if (!plan.maxRuntime().isZero()) {
            limits.add("MAX_RUNTIME " + Amounts.duration(plan.maxRuntime()));
        }
        if (plan.maxCostUsd().signum() != 0) {
            limits.add("MAX_COST " + Amounts.money(plan.maxCostUsd()));
        }
        if (limits.isEmpty()) {
            return "no ceiling: set MAX_RUNTIME or MAX_COST";
        }
        String reasons = String.join(", ", limits);
        return most.map(usd -> "at most " + usd + " (" + reasons + ")").orElse("limited by " + reasons);
    }

    private static String guard(Plan plan) {
        List<String> reasons = new ArrayList<>();
        if (!plan.maxRuntime().isZero()) {
            reasons.add("after " + Amounts.duration(plan.maxRuntime()) + " at the latest");
        }
        if (!plan.idleTimeout().isZero()) {
            reasons.add("after " + Amounts.duration(plan.idleTimeout()) + " of idleness");
        }
        reasons.add("if no training starts within " + Amounts.duration(plan.bootGrace()));
        return "ends the pod " + String.join(", ", reasons);
    }

    private static String atTheEnd(String onExit) {
        return switch (onExit) {
            case "stop" -> "the pod is stopped: what is on the volume stays, its GPU costs nothing any more";
            case "terminate" -> "the pod is deleted; the network volume stays";
            case "keep" -> "the pod is KEPT and is billed until you end it (ON_EXIT=keep)";
            default -> onExit;
        };
    }
}
