package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.run.CareOperations;
import dev.podtrain.run.CareOperations.Swept;
import dev.podtrain.run.FoundPod;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Lists this program's pods over the whole account, and ends them if that is asked for. */
final class SweepVerb implements Verb {
    private static final String STOP = "--stop";
    private static final String TERMINATE = "--terminate";
    private static final String ALL = "--all";
    private static final String LOCAL = "--local";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train sweep",
                "%nList the pods that this program rented in the account of the project's settings, from whichever"
                        + " machine, with what each costs a day as things are; with --stop or --terminate, end them."
                        + " Pods that this program did not rent are never touched. A pod on which a training is, or may"
                        + " be, under way is left alone unless --all is given.");
        spec.addOption(Options.flag("Stop the pods that run; what is on volumes stays.", STOP));
        spec.addOption(Options.flag("Delete the pods, stopped ones too; network volumes stay.", TERMINATE));
        spec.addOption(Options.flag("Also those that train, or whose own disk holds data.", ALL));
        spec.addOption(Options.flag("Look at the local cloud instead.", LOCAL));
        spec.addOption(Options.flag("Do it without asking.", "-y", Options.YES));
        return Options.complete(
                spec, "pod-train sweep", "pod-train sweep --stop", "pod-train sweep --terminate --all --yes");
    }

    /** Its answer is all about that. */
    @Override
    public boolean namesOrphans() {
        return false;
    }

    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        boolean terminate = given.hasMatchedOption(TERMINATE);
        if (terminate && given.hasMatchedOption(STOP)) {
            throw new ProblemException(Problem.usage(
                    "cannot both stop and delete the pods",
                    STOP + " and " + TERMINATE + " are given",
                    "give one of them"));
        }
        session.terminal().interruptOnCtrlC();
        CareOperations care = session.care().get();
        CareOperations.Account account = new CareOperations.Account(session.directory(), given.hasMatchedOption(LOCAL));
        List<FoundPod> pods = care.pods(account, session.progress());
        List<FoundPod> toEnd = pods.stream()
                .filter(pod -> pod.ours() && (terminate || pod.activity() != FoundPod.Activity.STOPPED))
                .toList();
        if (!session.json()) {
            SweepText.list(pods, account.local(), session);
        }
        if (!terminate && !given.hasMatchedOption(STOP)) {
            return answer(session, pods, List.of(), ExitCode.DONE);
        }
        if (toEnd.isEmpty()) {
            session.screen().say("there is nothing to end");
            return answer(session, pods, List.of(), ExitCode.DONE);
        }
        boolean all = given.hasMatchedOption(ALL);
        Consent consent = new Consent(session.terminal(), session.screen(), given.hasMatchedOption(Options.YES));
        if (!account.local() && !consent.to(question(toEnd, terminate, all), what(toEnd, terminate))) {
            session.screen().say("nothing was done");
            return answer(session, pods, List.of(), ExitCode.FAILED);
        }
        List<String> ids = toEnd.stream().map(FoundPod::id).toList();
        List<Swept> results =
                care.end(new CareOperations.SweepRequest(account, ids, terminate, all), session.progress());
        boolean failed = results.stream().anyMatch(swept -> swept.result() == Swept.Result.FAILED);
        if (!session.json()) {
            SweepText.results(results, session);
        }
        return answer(session, pods, results, failed ? ExitCode.FAILED : ExitCode.DONE);
    }

    private static ExitCode answer(Session session, List<FoundPod> pods, List<Swept> results, ExitCode exitCode) {
        if (session.json()) {
            session.screen()
                    .answer(SweepText.json(pods, results, session.time().now()).field("exit_code", exitCode.code()));
        }
        return exitCode;
    }

    private static String what(List<FoundPod> pods, boolean terminate) {
        return (terminate ? "delete " : "stop ")
                + pods.stream().map(FoundPod::id).collect(Collectors.joining(", "));
    }

    private static String question(List<FoundPod> pods, boolean terminate, boolean all) {
        String number = pods.size() == 1 ? "this pod" : "these " + pods.size() + " pods";
        long training = pods.stream().filter(FoundPod::mayTrain).count();
        String trainings = training == 0
                ? ""
                : all
                        ? ", with " + training + " that may be training"
                        : ", but not the " + training + " that may be training";
        return (terminate ? "Delete " : "Stop ") + number + trainings + "?";
    }
}
