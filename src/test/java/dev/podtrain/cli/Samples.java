package dev.podtrain.cli;

import dev.podtrain.data.TransferReport;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.Plan;
import dev.podtrain.run.Receipt;
import dev.podtrain.run.StatusReport;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans, receipts and runs with nothing special about them. */
final class Samples {
    static final RunId RUN = new RunId("digits-3f9a1c");
    static final Instant START = Instant.parse("2026-11-23T11:00:00Z");

    private Samples() {}

    static Plan aPlan() {
        return aPlan(
                Plan.Action.RENT,
                false,
                List.of(
                        new Plan.Offer("NVIDIA RTX A5000", "secure", "EU-RO-1", new BigDecimal("0.27"), "high"),
                        new Plan.Offer("NVIDIA L4", "secure", "EU-RO-1", new BigDecimal("0.4300"), "low")));
    }

    static Plan aLocalPlan() {
        return aPlan(
                Plan.Action.RENT,
                true,
                List.of(new Plan.Offer("NVIDIA RTX A5000", "secure", "EU-RO-1", new BigDecimal("0.27"), "high")));
    }

    static Plan aPlan(Plan.Action action, boolean local, List<Plan.Offer> offers) {
        return new Plan(
                RUN,
                local,
                "/home/ada/digits",
                "configs/digits.yaml",
                "out/digits",
                action,
                "no pod of this run is there",
                offers,
                1,
                "runpod/pytorch:2.8.0",
                "data (vol1, EU-RO-1)",
                Duration.ofHours(12),
                BigDecimal.ZERO,
                Duration.ofMinutes(30),
                Duration.ofMinutes(30),
                "stop",
                null,
                Duration.ZERO,
                local ? null : new BigDecimal("12.34"));
    }

    static Plan withBalance(Plan plan, String usd) {
        return new Plan(
                plan.run(),
                plan.local(),
                plan.projectPath(),
                plan.config(),
                plan.outputDir(),
                plan.action(),
                plan.actionReason(),
                plan.offers(),
                plan.gpuCount(),
                plan.image(),
                plan.volume(),
                plan.maxRuntime(),
                plan.maxCostUsd(),
                plan.idleTimeout(),
                plan.bootGrace(),
                plan.onExit(),
                plan.recoveries(),
                plan.capacityWait(),
                new BigDecimal(usd));
    }

    static Plan withoutLimits(Plan plan) {
        return new Plan(
                plan.run(),
                plan.local(),
                plan.projectPath(),
                plan.config(),
                plan.outputDir(),
                plan.action(),
                plan.actionReason(),
                plan.offers(),
                plan.gpuCount(),
                plan.image(),
                plan.volume(),
                Duration.ZERO,
                BigDecimal.ZERO,
                Duration.ZERO,
                plan.bootGrace(),
                "keep",
                3,
                Duration.ofHours(6),
                plan.balanceUsd());
    }

    static Receipt aReceipt(EndReason reason, @Nullable Integer exitCode) {
        return aReceipt(reason, exitCode, false, "stopped");
    }

    static Receipt aReceipt(EndReason reason, @Nullable Integer exitCode, boolean local, String pod) {
        return new Receipt(
                RUN,
                2,
                "pod1",
                reason,
                exitCode,
                Duration.ofSeconds(723),
                new BigDecimal("0.0542"),
                local,
                pod,
                Path.of("/state/runs/digits-3f9a1c/train.log"));
    }

    static LedgerEvent.Defined defined(boolean local) {
        return new LedgerEvent.Defined(
                START, RUN, "/home/ada/digits", "configs/digits.yaml", "out/digits", "vol1", "digits", local);
    }

    static LedgerEvent.Defined definedIn(String project) {
        return new LedgerEvent.Defined(START, RUN, project, "configs/digits.yaml", "out/digits", "vol1", "p", false);
    }

    static LedgerEvent.Defined movingData() {
        return new LedgerEvent.Defined(
                START, new RunId("data-0a1b2c"), "/home/me/p", "", "data", "vol1", "data", false);
    }

    static RunState intendedOnly() {
        return state(false, List.of());
    }

    static RunState training() {
        return state(false, List.of(rented(), started(null)));
    }

    static RunState ended(EndReason reason, @Nullable Integer exitCode) {
        return state(false, List.of(rented(), started("checkpoint-100"), endedEvent(reason, exitCode), podEnded()));
    }

    static RunState endedWithPodUnknown() {
        return state(false, List.of(rented(), started(null), endedEvent(EndReason.FINISHED, 0)));
    }

    static RunState local(RunState state) {
        return new RunState(defined(true), state.attempts());
    }

    private static RunState state(boolean local, List<LedgerEvent> rest) {
        List<LedgerEvent> events = new ArrayList<>();
        events.add(defined(local));
        events.add(new LedgerEvent.Intended(
                START,
                "i1",
                1,
                "pod-train-digits",
                "NVIDIA RTX A5000",
                1,
                "EU-RO-1",
                new BigDecimal("0.27"),
                "tree",
                "config",
                false,
                "stop"));
        events.addAll(rest);
        return RunState.of(events).orElseThrow();
    }

    private static LedgerEvent rented() {
        return new LedgerEvent.Rented(START.plusSeconds(5), "i1", "pod1", new BigDecimal("0.27"), null);
    }

    private static LedgerEvent started(@Nullable String resumedFrom) {
        return new LedgerEvent.Started(START.plusSeconds(60), "i1", resumedFrom, 0);
    }

    private static LedgerEvent endedEvent(EndReason reason, @Nullable Integer exitCode) {
        return new LedgerEvent.Ended(START.plusSeconds(1800), "i1", reason, exitCode);
    }

    private static LedgerEvent podEnded() {
        return new LedgerEvent.PodEnded(START.plusSeconds(1805), "i1", "pod1", "stopped");
    }

    static StatusReport aReport(RunState state) {
        return new StatusReport(
                state,
                START.plusSeconds(3600),
                false,
                RunWords.state(state),
                null,
                null,
                null,
                new BigDecimal("0.27"),
                null);
    }

    static StatusReport aRefreshedReport(RunState state) {
        return new StatusReport(
                state,
                START.plusSeconds(3600),
                true,
                "training",
                420L,
                "checkpoint-400",
                "running",
                new BigDecimal("0.27"),
                null);
    }

    /** A transfer to which nothing is missing. */
    static TransferReport aTransfer() {
        return new TransferReport(20_000, 599_786_274, 12, 3, List.of(), Duration.ofMillis(5_920));
    }
}
