package dev.podtrain.cli;

import dev.podtrain.ledger.RunState;
import dev.podtrain.run.CostReport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Shows what a run has cost. */
final class CostVerb implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train cost",
                "%nShow what a run has cost: each attempt as estimated from this machine's ledger, split into boot,"
                        + " training and what came after, and what RunPod has billed for its pods, with the difference"
                        + " explained. The storage of a network volume is not in it.");
        spec.addPositional(Options.run());
        return Options.complete(spec, "pod-train cost", "pod-train cost digits-3f9a1c --json");
    }

    @Override
    public boolean isAbout(RunState run, ParseResult given, Session session) {
        return Options.isMeant(run, given, session);
    }

    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        session.terminal().interruptOnCtrlC();
        CostReport report = session.care().get().cost(Options.selector(given, session), session.progress());
        if (session.json()) {
            session.screen().answer(CostText.json(report));
        } else {
            session.screen().answer(CostText.of(report));
        }
        return ExitCode.DONE;
    }
}
