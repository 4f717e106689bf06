package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.RunOperations;
import dev.podtrain.run.RunOperations.LogsRequest;
import dev.podtrain.run.RunOperations.LogsResult;
import dev.podtrain.run.RunSelector;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Prints a run's log; its JSON answer is a stream of {@code log} events and an {@code end}. */
final class LogsVerb implements Verb {
    private static final String FOLLOW = "--follow";
    private static final String SINCE_OFFSET = "--since-offset";
    private static final String TAIL = "--tail";
    private static final long NO_OFFSET = -1;
    private static final long ALL_LINES = -1;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train logs",
                "%nPrint a run's log, from this machine's copy and from the pod. Into a file or a pipe it goes byte for"
                        + " byte; a terminal is spared control characters.");
        spec.addPositional(Options.run());
        spec.addOption(Options.flag(
                "Go on until the training ends; the exit code then tells how it did, as when launching.",
                "-f",
                FOLLOW));
        spec.addOption(Options.number(SINCE_OFFSET, "Begin with this byte of the log; the first one is 0."));
        spec.addOption(Options.number(TAIL, "Begin with this many lines before the end."));
        return Options.complete(spec, "pod-train logs -f", "pod-train logs digits-3f9a1c --tail 20");
    }

    @Override
    public boolean isAbout(RunState run, ParseResult given, Session session) {
        return Options.isMeant(run, given, session);
    }

    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        check(given);
        RunSelector selector = Options.selector(given, session);
        boolean follow = given.hasMatchedOption(FOLLOW);
        LogsRequest request = new LogsRequest(selector, follow, given.matchedOptionValue(SINCE_OFFSET, NO_OFFSET), (int)
                Math.min(Integer.MAX_VALUE, given.<Long>matchedOptionValue(TAIL, ALL_LINES)));
        RunOperations runs = session.runs().get();
        LogOutput log = LogOutput.of(session.screen(), session.json());
        session.terminal().interruptOnCtrlC();
        LogsResult result;
        try {
            result = runs.logs(request, log::accept, session.progress());
        } catch (InterruptedException e) {
            log.finish();
            return showInterrupted(runs.knownStatus(selector).state(), session);
        }
        log.finish();
        return show(result, follow, given.hasMatchedOption(SINCE_OFFSET), session);
    }

    private static void check(ParseResult given) {
        if (given.hasMatchedOption(SINCE_OFFSET) && given.hasMatchedOption(TAIL)) {
            throw new ProblemException(Problem.usage(
                    "cannot print a log",
                    SINCE_OFFSET + " and " + TAIL + " exclude each other",
                    "leave one of them out"));
        }
    }

    private static ExitCode show(LogsResult result, boolean follow, boolean tellOffset, Session session) {
        LedgerEvent.@Nullable Ended end =
                result.state().current().map(Attempt::ended).orElse(null);
        ExitCode exitCode = follow && end != null ? ExitCode.of(end.reason()) : ExitCode.DONE;
        if (session.json()) {
            session.screen()
                    .answer(Json.event("end")
                            .field("run", result.state().id().value())
                            .field("next_offset", result.nextOffset())
                            .field("complete", result.complete())
                            .field("reason", end == null ? null : end.reason().word())
                            .field("trainer_exit_code", end == null ? null : end.exitCode())
                            .field("exit_code", exitCode.code()));
        } else if (follow && end != null) {
            session.screen().say("outcome: " + ReceiptText.sentence(end.reason()));
        } else if (tellOffset) {
            session.screen().say("next offset: " + result.nextOffset());
        }
        return exitCode;
    }

    private static ExitCode showInterrupted(RunState state, Session session) {
        Optional<Attempt> attempt = state.current();
        if (session.json()) {
            session.screen()
                    .answer(Json.event("interrupted")
                            .field("run", state.id().value())
                            .field("exit_code", ExitCode.INTERRUPTED.code()));
        } else if (attempt.isPresent() && attempt.get().ended() == null) {
            session.screen()
                    .say(GoesOn.text(
                            state.id(),
                            attempt.get().podId().orElse("unknown"),
                            attempt.get().hourlyPriceUsd(),
                            state.definition().local()));
        }
        return ExitCode.INTERRUPTED;
    }
}
