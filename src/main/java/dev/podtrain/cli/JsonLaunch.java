package dev.podtrain.cli;

import dev.podtrain.ledger.RunId;
import dev.podtrain.run.Forecast;
import dev.podtrain.run.LaunchRequest;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.Phase;
import dev.podtrain.run.Plan;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A launch as events, one JSON object a line: {@code plan}, {@code phase}, {@code note}, {@code warning} and {@code log}
 * as they come, and {@code outcome} or {@code error} last.
 */
final class JsonLaunch implements LaunchView {
    private final Session session;
    private final Screen screen;
    private final LaunchRequest request;
    private final Consent consent;
    private final LogOutput log;
    private final long started;
    private @Nullable Plan plan;

    JsonLaunch(Session session, LaunchRequest request, Consent consent) {
        this.session = session;
        this.screen = session.screen();
        this.request = request;
        this.consent = consent;
        this.log = LogOutput.of(screen, true);
        this.started = session.time().nanoTime();
    }

    @Override
    public boolean planned(Plan made) {
        showPlan(made);
        return LaunchView.agreed(made, request, consent);
    }

    private void showPlan(Plan made) {
        plan = made;
        emit(JsonViews.plan(Json.event("plan"), made));
    }

    @Override
    public void phase(Phase phase, String detail) {
        emit(Json.event("phase")
                .field("phase", phase.name().toLowerCase(Locale.ROOT))
                .field("detail", detail)
                .span("elapsed_s", elapsed()));
    }

    @Override
    public void report(String message) {
        emit(Json.event("note").field("message", message).span("elapsed_s", elapsed()));
    }

    @Override
    public void warn(String message) {
        emit(Json.event("warning").field("message", message));
    }

    @Override
    public void forecast(Forecast forecast) {
        emit(Json.event("forecast")
                .field("step", forecast.step())
                .field("total_steps", forecast.totalSteps())
                .span("remaining_s", forecast.remaining())
                .money("remaining_cost_usd", forecast.costUsd()));
    }

    /** Nobody is asked who reads JSON: what may be done by itself was said with {@code --recover}. */
    @Override
    public boolean resumes(String reason) {
        return false;
    }

    @Override
    public void log(long offset, byte[] bytes, int length) {
        log.accept(offset, bytes, length);
    }

    private Duration elapsed() {
        return Duration.ofNanos(session.time().nanoTime() - started);
    }

    /** A launch is not given up half-way because nobody reads about it; only the following of the log ends then. */
    private void emit(Json event) {
        try {
            screen.answer(event);
        } catch (OutputClosedException e) {
            screen.passing("standard output is closed");
        }
    }

    @Override
    public Optional<RunId> run() {
        return Optional.ofNullable(plan).map(Plan::run);
    }

    @Override
    public ExitCode show(Outcome outcome) {
        log.finish();
        if (outcome instanceof Outcome.Planned planned) {
            if (plan == null) {
                showPlan(planned.plan());
            }
            return end(outcome("planned").field("run", planned.plan().run().value()), ExitCode.DONE);
        } else if (outcome instanceof Outcome.Declined) {
            return end(outcome("declined").field("run", run().map(RunId::value).orElse(null)), ExitCode.FAILED);
        } else if (outcome instanceof Outcome.AlreadyFinished finished) {
            return end(JsonViews.receipt(outcome("already_finished"), finished.receipt()), ExitCode.DONE);
        } else if (outcome instanceof Outcome.Detached e) {
            return end(
                    outcome("detached")
                            .field("run", e.run().value())
                            .field("pod_id", e.podId())
                            .money("hourly_price_usd", e.hourlyPriceUsd()),
                    ExitCode.DONE);
        } else if (outcome instanceof Outcome.Interrupted e) {
            return end(
                    outcome("interrupted")
                            .field("run", e.run().value())
                            .field("pod_id", e.podId())
                            .money("hourly_price_usd", e.hourlyPriceUsd()),
                    ExitCode.INTERRUPTED);
        } else if (outcome instanceof Outcome.Cancelled e) {
            return end(
                    outcome("cancelled")
                            .field("run", e.run() == null ? null : e.run().value())
                            .field("left", e.left()),
                    ExitCode.INTERRUPTED);
        } else if (outcome instanceof Outcome.Ended ended) {
            ReceiptText.warnIfStillBilled(ended.receipt(), screen);
            return end(JsonViews.receipt(outcome("ended"), ended.receipt()), ExitCode.of(ended.receipt()));
        }
        throw new AssertionError(outcome);
    }

    private static Json outcome(String name) {
        return Json.event("outcome").field("outcome", name);
    }

    private ExitCode end(Json outcome, ExitCode exitCode) {
        screen.answer(outcome.field("exit_code", exitCode.code()));
        return exitCode;
    }
}
