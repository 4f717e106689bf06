package dev.podtrain.cli;

import dev.podtrain.data.TransferReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A transfer as events, one JSON object a line: {@code comparison}, {@code progress}, {@code note} and {@code warning} as
 * they come, and {@code outcome} or {@code error} last.
 */
final class JsonTransfer implements TransferView {
    private static final Duration BETWEEN_EVENTS = Duration.ofSeconds(1);

    private final Session session;
    private final Screen screen;
    private final Consent consent;
    private final boolean dryRun;
    private long lastEventNanos;

    JsonTransfer(Session session, Consent consent, boolean dryRun) {
        this.session = session;
        this.screen = session.screen();
        this.consent = consent;
        this.dryRun = dryRun;
        this.lastEventNanos = session.time().nanoTime();
    }

    @Override
    public synchronized boolean compared(Comparison comparison) {
        screen.answer(Json.event("comparison")
                .field("files", comparison.files())
                .field("bytes", comparison.bytes())
                .field("unchanged", comparison.unchanged())
                .objects("extras", comparison.extras(), (json, path) -> json.field("path", path)));
        return !dryRun && TransferView.agreed(comparison, consent);
    }

    @Override
    public synchronized void moved(Movement movement) {
        long now = session.time().nanoTime();
        if (now - lastEventNanos < BETWEEN_EVENTS.toNanos()) {
            return;
        }
        lastEventNanos = now;
        screen.answer(Json.event("progress")
                .field("bytes", movement.bytes())
                .field("total_bytes", movement.totalBytes())
                .field("files", movement.files())
                .field("total_files", movement.totalFiles())
                .field("bytes_per_second", (long) movement.bytesPerSecond())
                .field("current", movement.current()));
    }

    @Override
    public synchronized void report(String message) {
        screen.answer(Json.event("note").field("message", message));
    }

    @Override
    public synchronized void warn(String message) {
        screen.answer(Json.event("warning").field("message", message));
    }

    @Override
    public ExitCode show(Optional<TransferReport> report) {
        if (report.isEmpty()) {
            return dryRun ? end(outcome("compared"), ExitCode.DONE) : end(outcome("declined"), ExitCode.FAILED);
        }
        TransferReport done = report.get();
        List<TransferReport.Omission> omissions = done.omissions();
        Json outcome = outcome(done.isComplete() ? "complete" : "incomplete")
                .field("files", done.files())
                .field("bytes", done.bytes())
                .field("unchanged", done.unchanged())
                .field("deleted", done.deleted())
                .span("elapsed_s", done.took())
                .objects("omissions", omissions, (json, omission) -> json.field("path", omission.path())
                        .field("reason", omission.reason()));
        return end(outcome, done.isComplete() ? ExitCode.DONE : ExitCode.FAILED);
    }

    @Override
    public ExitCode interrupted() {
        return end(outcome("interrupted"), ExitCode.INTERRUPTED);
    }

    private static Json outcome(String name) {
        return Json.event("outcome").field("outcome", name);
    }

    private ExitCode end(Json outcome, ExitCode exitCode) {
        screen.answer(outcome.field("exit_code", exitCode.code()));
        return exitCode;
    }
}
