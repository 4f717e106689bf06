package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The group of verbs around the local cloud; does nothing by itself. */
final class LocalVerb implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train local",
                "",
                "The local cloud answers like RunPod, on this machine and for free. 'pod-train --local' starts it when"
                        + " it is needed, and it ends by itself some time after its last pod.",
                "",
                "  up      start it and wait until it answers",
                "  down    end it and its pods; what is on volumes stays",
                "  status  show whether it runs, and where",
                "  reset   end it and delete all that it holds");
        spec.usageMessage().customSynopsis("pod-train local up|down|status|reset [OPTIONS]");
        return Options.complete(spec, "pod-train local status");
    }

    @Override
    public boolean namesOrphans() {
        return false;
    }

    @Override
    public ExitCode run(ParseResult given, Session session) {
        throw new ProblemException(Problem.usage(
                "'local' alone says too little", "it needs up, down, status or reset", "run 'pod-train local --help'"));
    }
}
