package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.run.TunnelOperations;
import dev.podtrain.run.TunnelOperations.LocalRequest;
import dev.podtrain.run.TunnelOperations.TensorboardRequest;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Shows TensorBoard: that of a run's pod through a tunnel, or one of this machine on files that were brought here. */
final class TensorboardVerb implements Verb {
    private static final String OPEN = "--open";
    private static final String NO_START = "--no-start";
    private static final String LOCAL_DIR = "--local-dir";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train tensorboard",
                "%nShow a run's TensorBoard on a port of this machine, 6006 or the setting LOCAL_PORT. It runs on the"
                        + " pod, where it is started and, if need be, installed. The tunnel to it mends itself when the"
                        + " connection drops, and ends with the pod. Ctrl+C closes the tunnel; the training goes on. If the"
                        + " run has no pod, its event files can be read home over S3 and shown by a TensorBoard of this"
                        + " machine.");
        spec.addOption(Options.runOption());
        spec.addOption(Options.flag("Open it in the browser.", OPEN));
        spec.addOption(Options.flag("Start nothing on the pod: only show what answers there.", NO_START));
        spec.addOption(Options.value(
                LOCAL_DIR,
                "DIR",
                "Show the event files in this folder of this machine, with a TensorBoard of this machine: no pod is"
                        + " needed."));
        spec.addOption(Options.flag("Read event files home without asking, if the run has no pod.", "-y", Options.YES));
        return Options.complete(
                spec, "pod-train tensorboard --open", "pod-train tensorboard --local-dir outputs/digits");
    }

    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        TunnelOperations tunnels = session.tunnels().get();
        boolean open = given.hasMatchedOption(OPEN);
        boolean yes = given.hasMatchedOption(Options.YES);
        if (given.hasMatchedOption(LOCAL_DIR)) {
            LocalRequest request = localRequest(given, session);
            return TunnelView.show(session, open, yes, view -> tunnels.tensorboardHere(request, view));
        }
        TensorboardRequest request =
                new TensorboardRequest(Options.selectorByOption(given, session), !given.hasMatchedOption(NO_START));
        return TunnelView.show(session, open, yes, view -> tunnels.tensorboard(request, view));
    }

    private static LocalRequest localRequest(ParseResult given, Session session) {
        for (String option : new String[] {Options.RUN, NO_START}) {
            if (given.hasMatchedOption(option)) {
                throw new ProblemException(Problem.usage(
                        "cannot show TensorBoard",
                        LOCAL_DIR + " shows files of this machine, and " + option + " is about a pod",
                        "leave one of them out"));
            }
        }
        Path folder = session.directory().resolve(given.matchedOptionValue(LOCAL_DIR, ""));
        return new LocalRequest(session.directory(), folder);
    }
}
