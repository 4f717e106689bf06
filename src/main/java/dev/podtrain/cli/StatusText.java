package dev.podtrain.cli;

import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.StatusReport;
import java.time.Instant;

/** A status report for people. */
final class StatusText {
    private StatusText() {}

    static String of(StatusReport report, Instant now) {
        RunState run = report.state();
        Block block = new Block()
                .line("run", run.id() + (run.definition().local() ? " on the local cloud" : ""))
                .line("source", source(report, now))
                .line("project", run.definition().projectPath())
                .line("config", run.definition().config())
                .line("output_dir", run.definition().outputDir())
                .line("phase", report.phase());
        run.current().ifPresent(attempt -> addAttempt(block, attempt, report));
        if (report.step() != null) {
            block.line("step", Long.toString(report.step()));
        }
        if (report.checkpoint() != null) {
            block.line("checkpoint", report.checkpoint());
        }
        return block.line("cost", cost(report)).toString();
    }

    private static String source(StatusReport report, Instant now) {
        if (report.refreshed()) {
            return "the provider and the pod, asked " + Amounts.ago(report.asOf(), now);
        }
        String known = "this machine, last change " + Amounts.ago(report.state().lastChange(), now);
        return report.problem() == null ? known : known + "; not refreshed: " + report.problem();
    }

    private static void addAttempt(Block block, Attempt attempt, StatusReport report) {
        LedgerEvent.Intended intended = attempt.intended();
        block.line("attempt", Integer.toString(attempt.number()));
        attempt.podId()
                .ifPresent(pod -> block.line(
                        "pod",
                        pod + (report.podStatus() == null ? "" : " " + report.podStatus()) + ", "
                                + intended.gpuCount() + " x " + intended.gpu() + " in " + RunWords.dataCenter(attempt)
                                + ", " + Amounts.hourly(attempt.hourlyPriceUsd())));
        if (attempt.started() != null) {
            String from = attempt.started().resumedFrom();
            block.line(
                    "started", Amounts.moment(attempt.started().at()) + (from == null ? "" : ", resumed from " + from));
        }
        if (attempt.ended() != null) {
            Integer code = attempt.ended().exitCode();
            block.line(
                    "outcome",
                    ReceiptText.sentence(attempt.ended().reason())
                            + (code == null ? "" : " (exit code of the trainer: " + code + ")"));
        }
    }

    private static String cost(StatusReport report) {
        String cost = Amounts.money(report.costUsd());
        if (report.state().definition().local()) {
            return "nothing; it would have cost about " + cost;
        }
        return "about " + cost + (RunWords.mayBeBilled(report.state()) ? ", may still be billed" : "");
    }
}
