package dev.podtrain.cli;

import dev.podtrain.ledger.RunState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Lists all runs that this machine knows of. */
final class RunsVerb implements Verb {
    private static final List<String> HEAD =
            List.of("RUN", "PROJECT", "STATE", "ATTEMPTS", "CHANGED", "COST", "WHERE", "MAY BE BILLED");

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train runs",
                "%nList all runs that this machine knows of, the most recently changed first, and say which may still"
                        + " be billed. Nobody is asked: 'pod-train status RUN' asks.");
        return Options.complete(spec, "pod-train runs", "pod-train runs --json");
    }

    @Override
    public ExitCode run(ParseResult given, Session session) {
        List<RunState> runs = session.runs().get().runs();
        Instant now = session.time().now();
        if (session.json()) {
            session.screen().answer(JsonViews.runs(runs, now));
        } else if (runs.isEmpty()) {
            session.screen().say("no runs yet: 'pod-train --help' shows how to launch one");
        } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(HEAD);
            runs.forEach(run -> rows.add(row(run, now)));
            session.screen().answer(Table.of(rows));
        }
        return ExitCode.DONE;
    }

    private static List<String> row(RunState run, Instant now) {
        boolean local = run.definition().local();
        return List.of(
                run.id().value(),
                lastPart(run.definition().projectPath()),
                RunWords.state(run),
                Integer.toString(run.attemptsMade()),
                Amounts.ago(run.lastChange(), now),
                local ? "-" : Amounts.money(run.costUsd(now)),
                local ? "local" : "cloud",
                RunWords.mayBeBilled(run) ? "yes" : "no");
    }

    private static String lastPart(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
