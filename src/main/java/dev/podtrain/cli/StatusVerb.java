package dev.podtrain.cli;

import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.RunOperations;
import dev.podtrain.run.RunSelector;
import dev.podtrain.run.StatusReport;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Shows where a run stands: at once what is known here, then what the provider and the pod say. */
final class StatusVerb implements Verb {
    private static final String NO_REFRESH = "--no-refresh";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train status",
                "%nShow where a run stands: phase, step, checkpoint, pod and cost so far. First comes what this machine"
                        + " knows, then, unless the run is over, what the provider and the pod say.");
        spec.addPositional(Options.run());
        spec.addOption(Options.flag("Ask nobody: show only what this machine knows.", NO_REFRESH));
        return Options.complete(spec, "pod-train status", "pod-train status digits-3f9a1c --json");
    }

    @Override
    public boolean isAbout(RunState run, ParseResult given, Session session) {
        return Options.isMeant(run, given, session);
    }

    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        RunOperations runs = session.runs().get();
        RunSelector selector = Options.selector(given, session);
        Screen screen = session.screen();
        StatusReport known = runs.knownStatus(selector);
        boolean refresh = !given.hasMatchedOption(NO_REFRESH) && mayHaveChanged(known.state());
        if (!session.json()) {
            screen.answer(StatusText.of(known, session.time().now()));
        } else if (!refresh) {
            screen.answer(JsonViews.status(known));
        }
        if (refresh) {
            session.terminal().interruptOnCtrlC();
            StatusReport refreshed = runs.refreshedStatus(selector, session.progress());
            if (session.json()) {
                screen.answer(JsonViews.status(refreshed));
            } else {
                screen.answer("\n" + StatusText.of(refreshed, session.time().now()));
            }
        }
        return ExitCode.DONE;
    }

    private static boolean mayHaveChanged(RunState state) {
        Optional<Attempt> current = state.current();
        return current.isPresent()
                && (current.get().mayBeBilled() || current.get().ended() == null);
    }
}
