package dev.podtrain.cli;

import dev.podtrain.ledger.RunId;
import dev.podtrain.run.Forecast;
import dev.podtrain.run.LaunchRequest;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.Phase;
import dev.podtrain.run.Plan;
import dev.podtrain.run.Receipt;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A launch for people. Standard output gets the log and nothing else, so that it can be kept; only where no log will
 * come, with {@code --dry-run} and {@code --detach}, it gets the plan or the last word.
 */
final class TextLaunch implements LaunchView {
    private final Session session;
    private final Screen screen;
    private final LaunchRequest request;
    private final Consent consent;
    private final LogOutput log;
    private final long started;
    private @Nullable Plan plan;

    TextLaunch(Session session, LaunchRequest request, Consent consent) {
        this.session = session;
        this.screen = session.screen();
        this.request = request;
        this.consent = consent;
        this.log = LogOutput.of(screen, false);
        this.started = session.time().nanoTime();
    }

    @Override
    public boolean planned(Plan made) {
        plan = made;
        if (!request.dryRun()) {
            screen.say(PlanText.of(made) + "\n");
        }
        return LaunchView.agreed(made, request, consent);
    }

    @Override
    public void phase(Phase phase, String detail) {
        Duration elapsed = Duration.ofNanos(session.time().nanoTime() - started);
        screen.say("[" + Amounts.elapsed(elapsed) + "] " + phase.name().toLowerCase(Locale.ROOT) + ": " + detail);
    }

    @Override
    public void report(String message) {
        session.progress().report(message);
    }

    @Override
    public void warn(String message) {
        screen.warn(message);
    }

    @Override
    public void forecast(Forecast forecast) {
        Duration elapsed = Duration.ofNanos(session.time().nanoTime() - started);
        screen.say("[" + Amounts.elapsed(elapsed) + "] step " + forecast.step() + " of " + forecast.totalSteps()
                + ": about "
                + Amounts.duration(forecast.remaining()) + " to go"
                + (request.local() ? "" : ", about " + Amounts.money(forecast.costUsd())));
    }

    @Override
    public boolean resumes(String reason) {
        log.finish();
        return consent.asks(reason + ". Rent another pod and resume?");
    }

    @Override
    public void log(long offset, byte[] bytes, int length) {
        log.accept(offset, bytes, length);
    }

    @Override
    public Optional<RunId> run() {
        return Optional.ofNullable(plan).map(Plan::run);
    }

    @Override
    public ExitCode show(Outcome outcome) {
        log.finish();
        if (outcome instanceof Outcome.Planned planned) {
            screen.answer(PlanText.of(planned.plan()));
            return ExitCode.DONE;
        } else if (outcome instanceof Outcome.Declined) {
            screen.say("nothing was rented");
            return ExitCode.FAILED;
        } else if (outcome instanceof Outcome.AlreadyFinished finished) {
            screen.say("this run is finished and nothing has changed since: nothing was rented\n");
            show(finished.receipt());
            return ExitCode.DONE;
        } else if (outcome instanceof Outcome.Detached detached) {
            screen.answer(GoesOn.text(detached.run(), detached.podId(), detached.hourlyPriceUsd(), request.local()));
            return ExitCode.DONE;
        } else if (outcome instanceof Outcome.Interrupted interrupted) {
            screen.say(
                    GoesOn.text(interrupted.run(), interrupted.podId(), interrupted.hourlyPriceUsd(), request.local()));
            return ExitCode.INTERRUPTED;
        } else if (outcome instanceof Outcome.Cancelled cancelled) {
            screen.say("cancelled before the training had started\n" + new Block().line("left", cancelled.left()));
            return ExitCode.INTERRUPTED;
        } else if (outcome instanceof Outcome.Ended ended) {
            show(ended.receipt());
            return ExitCode.of(ended.receipt());
        }
        throw new AssertionError(outcome);
    }

    private void show(Receipt receipt) {
        screen.say(ReceiptText.of(receipt, relaunch()));
        ReceiptText.warnIfStillBilled(receipt, screen);
    }

    private String relaunch() {
        return CommandLines.launch(
                request.projectDir().toString(), request.config().toString(), request.local(), request.flags());
    }
}
