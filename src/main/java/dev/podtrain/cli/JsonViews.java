package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.Plan;
import dev.podtrain.run.Receipt;
import dev.podtrain.run.StatusReport;
import dev.podtrain.run.SyncPlan;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The fields of what the program answers with {@code --json}: a contract, listed literally in the tests. */
final class JsonViews {
    private JsonViews() {}

    static Json error(Problem problem, ExitCode exitCode, String kind) {
        return Json.event("error")
                .field("kind", kind)
                .field("what", problem.what())
                .field("why", problem.why())
                .field("next", problem.next())
                .field("left", problem.left())
                .field("exit_code", exitCode.code());
    }

    static Json plan(Json json, Plan plan) {
        return json.field("run", plan.run().value())
                .field("local", plan.local())
                .field("project", plan.projectPath())
                .field("config", plan.config())
                .field("output_dir", plan.outputDir())
                .field("action", plan.action().name().toLowerCase(Locale.ROOT))
                .field("reason", plan.actionReason())
                .field("spends", plan.spends())
                .objects("offers", plan.offers(), JsonViews::offer)
                .field("gpu_count", plan.gpuCount())
                .field("image", plan.image())
                .field("volume", plan.volume())
                .span("max_runtime_s", plan.maxRuntime())
                .money("max_cost_usd", plan.maxCostUsd())
                .money("ceiling_usd", plan.ceilingUsd().orElse(null))
                .span("idle_timeout_s", plan.idleTimeout())
                .span("boot_grace_s", plan.bootGrace())
                .field("on_exit", plan.onExit())
                .field("recoveries", plan.recoveries())
                .span("capacity_wait_s", plan.capacityWait())
                .money("balance_usd", plan.balanceUsd())
                .field("balance_short", plan.isBalanceShort());
    }

    private static void offer(Json json, Plan.Offer offer) {
        json.field("gpu", offer.gpu())
                .field("cloud", offer.cloud())
                .field("data_center", offer.dataCenter())
                .money("hourly_price_usd", offer.hourlyPriceUsd())
                .field("availability", offer.availability());
    }

    static Json receipt(Json json, Receipt receipt) {
        return json.field("run", receipt.run().value())
                .field("attempt", receipt.attempt())
                .field("pod_id", receipt.podId())
                .field("pod", receipt.pod())
                .field("reason", receipt.reason().word())
                .field("trainer_exit_code", receipt.exitCode())
                .span("billed_s", receipt.billed())
                .money("cost_usd", receipt.costUsd())
                .field("local", receipt.local())
                .field("log", receipt.log().toString());
    }

    static Json status(StatusReport report) {
        LedgerEvent.Defined run = report.state().definition();
        @Nullable Attempt attempt = report.state().current().orElse(null);
        Json json = Json.object()
                .field("run", run.run().value())
                .field("project", run.projectPath())
                .field("config", run.config())
                .field("output_dir", run.outputDir())
                .field("local", run.local())
                .field("phase", report.phase())
                .moment("as_of", report.asOf())
                .field("refreshed", report.refreshed())
                .field("problem", report.problem())
                .field("attempts", report.state().attemptsMade())
                .field("step", report.step())
                .field("checkpoint", report.checkpoint())
                .money("cost_usd", report.costUsd())
                .field("may_be_billed", RunWords.mayBeBilled(report.state()))
                .field("pod_status", report.podStatus());
        return attempt(json, attempt);
    }

    private static Json attempt(Json json, @Nullable Attempt attempt) {
        LedgerEvent.@Nullable Started started = attempt == null ? null : attempt.started();
        LedgerEvent.@Nullable Ended ended = attempt == null ? null : attempt.ended();
        return json.field("attempt", attempt == null ? null : attempt.number())
                .field("pod_id", attempt == null ? null : attempt.podId().orElse(null))
                .field("gpu", attempt == null ? null : attempt.intended().gpu())
                .field("gpu_count", attempt == null ? null : attempt.intended().gpuCount())
                .field("data_center", attempt == null ? null : RunWords.dataCenter(attempt))
                .money("hourly_price_usd", attempt == null ? null : attempt.hourlyPriceUsd())
                .moment("started_at", started == null ? null : started.at())
                .field("resumed_from", started == null ? null : started.resumedFrom())
                .moment("ended_at", ended == null ? null : ended.at())
                .field("reason", ended == null ? null : ended.reason().word())
                .field("trainer_exit_code", ended == null ? null : ended.exitCode());
    }

    static Json runs(List<RunState> runs, Instant now) {
        return Json.object()
                .objects("runs", runs, (json, run) -> json.field("run", run.id().value())
                        .field("project", run.definition().projectPath())
                        .field("config", run.definition().config())
                        .field("output_dir", run.definition().outputDir())
                        .field("local", run.definition().local())
                        .field("state", RunWords.state(run))
                        .field("attempts", run.attemptsMade())
                        .moment("last_change", run.lastChange())
                        .money("cost_usd", run.costUsd(now))
                        .field("may_be_billed", RunWords.mayBeBilled(run)));
    }

    static Json local(LocalStatus status) {
        return Json.object()
                .field("running", status.running())
                .field(
                        "api_url",
                        status.apiUrl() == null ? null : status.apiUrl().toString())
                .field("s3_url", status.s3Url() == null ? null : status.s3Url().toString())
                .field("pid", status.pid())
                .field("pods_running", status.podsRunning())
                .field("state_directory", status.stateDirectory().toString());
    }

    /** The route of a data sync, as an event. */
    static Json syncPlan(SyncPlan plan) {
        return Json.event("plan")
                .field("route", plan.route().word())
                .field("reason", plan.reason())
                .field("volume", plan.volume())
                .field("data_center", plan.dataCenter())
                .field("pod_id", plan.pod())
                .field("hardware", plan.hardware())
                .money("hourly_price_usd", plan.hourlyPriceUsd());
    }
}
