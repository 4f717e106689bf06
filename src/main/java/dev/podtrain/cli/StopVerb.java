package dev.podtrain.cli;

import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.LaunchCommand;
import dev.podtrain.run.RunOperations;
import dev.podtrain.run.RunOperations.StopRequest;
import dev.podtrain.run.RunOperations.StopResult;
import dev.podtrain.run.RunSelector;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Ends a run. Done once its pod was seen to end, whether by this or before. */
final class StopVerb implements Verb {
    private static final String TERMINATE = "--terminate";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train stop",
                "%nEnd a run's training, letting it save first, and then stop its pod. Typing it twice is safe.");
        spec.addPositional(Options.run("the run of this project that is under way"));
        spec.addOption(Options.flag(
                "Delete the pod instead of stopping it. The network volume stays; the pod's own disk is lost.",
                TERMINATE));
        spec.addOption(Options.flag("Delete without asking.", "-y", Options.YES));
        return Options.complete(spec, "pod-train stop", "pod-train stop digits-3f9a1c --terminate");
    }

    @Override
    public boolean isAbout(RunState run, ParseResult given, Session session) {
        return Options.isMeant(run, given, session);
    }

    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        RunOperations runs = session.runs().get();
        boolean terminate = given.hasMatchedOption(TERMINATE);
        LedgerEvent.Defined run =
                runs.runToStop(Options.selector(given, session)).definition();
        RunSelector selector = new RunSelector(session.directory(), run.run().value());
        Consent consent = new Consent(session.terminal(), session.screen(), given.hasMatchedOption(Options.YES));
        if (terminate
                && !run.local()
                && !consent.to(
                        "Delete the pod of " + run.run() + " with its own disk?", "delete the pod of " + run.run())) {
            session.screen().say("nothing was done");
            return ExitCode.FAILED;
        }
        session.terminal().interruptOnCtrlC();
        return show(runs.stop(new StopRequest(selector, terminate), session.progress()), run, session);
    }

    private static ExitCode show(StopResult result, LedgerEvent.Defined run, Session session) {
        ExitCode exitCode = ReceiptText.isStillBilled(result.receipt()) ? ExitCode.FAILED : ExitCode.DONE;
        if (session.json()) {
            session.screen()
                    .answer(JsonViews.receipt(Json.object(), result.receipt())
                            .field("already_ended", result.alreadyEnded())
                            .field("exit_code", exitCode.code()));
        } else {
            if (result.alreadyEnded()) {
                session.screen().say("it had ended before: nothing had to be done");
            }
            session.screen().answer(ReceiptText.of(result.receipt(), LaunchCommand.of(run)));
        }
        ReceiptText.warnIfStillBilled(result.receipt(), session.screen());
        return exitCode;
    }
}
