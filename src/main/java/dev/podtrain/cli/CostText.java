package dev.podtrain.cli;

import dev.podtrain.run.CostReport;
import dev.podtrain.run.CostReport.AttemptCost;
import dev.podtrain.run.CostReport.Difference;
import dev.podtrain.run.CostReport.Share;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run has cost, for people and for programs. */
final class CostText {
    private static final List<String> HEAD =
            List.of("ATTEMPT", "POD", "PRICE", "BOOT", "TRAINING", "AFTER", "ESTIMATE", "");

    private CostText() {}

    static String of(CostReport report) {
        boolean local = report.state().definition().local();
        Block block =
                new Block().line("run", report.state().id() + (local ? " on the local cloud: nothing is billed" : ""));
        if (report.attempts().isEmpty()) {
            return block.line("cost", "nothing: no pod was rented for it").toString();
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        report.attempts().forEach(attempt -> rows.add(row(attempt)));
        block.line("attempts", Table.of(rows)).line("estimate", "about " + Amounts.money(report.estimateUsd()));
        if (report.billed() != null) {
            block.line(
                    "billed",
                    Amounts.money(report.billed().totalUsd()) + " (compute "
                            + Amounts.money(report.billed().computeUsd()) + ", disks "
                            + Amounts.money(report.billed().diskUsd()) + ")");
        } else if (report.problem() != null) {
            block.line("billed", "not known: " + report.problem());
        } else {
            block.line("billed", "nothing yet: bills appear some minutes later, by the hour");
        }
        if (!report.differences().isEmpty()) {
            List<List<String>> parts = new ArrayList<>();
            report.differences().forEach(part -> parts.add(List.of(signed(part.usd()), words(part.kind()))));
            block.line("difference", Table.of(parts));
        }
        return block.toString();
    }

    private static List<String> row(AttemptCost attempt) {
        return List.of(
                Integer.toString(attempt.number()),
                attempt.podId(),
                Amounts.hourly(attempt.hourlyPriceUsd()),
                share(attempt.boot()),
                share(attempt.training()),
                share(attempt.after()),
                Amounts.money(attempt.totalUsd()),
                attempt.running() ? "so far" : "");
    }

    private static String share(Share share) {
        return share.span().isZero() ? "-" : Amounts.duration(share.span()) + ", " + Amounts.money(share.usd());
    }

    private static String signed(BigDecimal usd) {
        return (usd.signum() < 0 ? "-" : "+") + Amounts.money(usd.abs());
    }

    private static String words(Difference.Kind kind) {
        return switch (kind) {
            case DISK -> "disks: the estimate counts the pod's price alone";
            case CURRENT_HOUR -> "the hour that is going on is billed in part, some minutes late";
            case MISSING_HOURS -> "hours that RunPod has not billed yet";
            case REST -> "seconds before this machine saw the pod begin or after it saw it end, and rounding";
        };
    }

    static Json json(CostReport report) {
        CostReport.Billed billed = report.billed();
        return Json.object()
                .field("run", report.state().id().value())
                .field("local", report.state().definition().local())
                .moment("as_of", report.asOf())
                .objects("attempts", report.attempts(), (json, attempt) -> json.field("attempt", attempt.number())
                        .field("pod_id", attempt.podId())
                        .field("gpu", attempt.gpu())
                        .field("gpu_count", attempt.gpuCount())
                        .money("hourly_price_usd", attempt.hourlyPriceUsd())
                        .span("boot_s", attempt.boot().span())
                        .money("boot_usd", attempt.boot().usd())
                        .span("training_s", attempt.training().span())
                        .money("training_usd", attempt.training().usd())
                        .span("after_s", attempt.after().span())
                        .money("after_usd", attempt.after().usd())
                        .money("estimate_usd", attempt.totalUsd())
                        .field("may_be_billed", attempt.running()))
                .money("estimate_usd", report.estimateUsd())
                .money("billed_usd", billed == null ? null : billed.totalUsd())
                .money("billed_compute_usd", billed == null ? null : billed.computeUsd())
                .money("billed_disk_usd", billed == null ? null : billed.diskUsd())
                .objects("differences", report.differences(), (json, part) -> json.field(
                                "kind", part.kind().name().toLowerCase(Locale.ROOT))
                        .money("usd", part.usd()))
                .field("problem", report.problem());
    }
}
