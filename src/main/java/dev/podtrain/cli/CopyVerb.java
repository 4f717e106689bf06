package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.data.TransferReport;
import dev.podtrain.run.FileOperations;
import dev.podtrain.run.FileOperations.CopyRequest;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Copies files between this machine and a run's pod, in one direction. */
final class CopyVerb implements Verb {
    private static final String CHECKSUM = "--checksum";
    private static final String DRY_RUN = "--dry-run";

    /** Which way. */
    enum Direction {
        PUSH,
        PULL
    }

    private final Direction direction;

    CopyVerb(Direction direction) {
        this.direction = direction;
    }

    @Override
    public CommandSpec spec() {
        return switch (direction) {
            case PUSH ->
                Options.complete(
                        spec(
                                "pod-train push",
                                "%nCopy files and folders to the run's pod, into the folder named last. A folder with a"
                                        + " slash at its end stands for what is in it. Only what differs travels; typing"
                                        + " it again goes on where it stopped.",
                                "LOCAL... REMOTE",
                                "What to copy, and last the folder on the pod; a relative one is in the project's folder"
                                        + " there."),
                        "pod-train push extra/vocab.json configs/",
                        "pod-train push --run digits-3f9a1c clips/ /workspace/data/clips");
            case PULL ->
                Options.complete(
                        spec(
                                "pod-train pull",
                                "%nCopy files and folders from the run's pod into the local folder named last. A folder"
                                        + " with a slash at its end stands for what is in it. Only what differs travels;"
                                        + " typing it again goes on where it stopped.",
                                "REMOTE... LOCAL",
                                "What to copy, relative to the project's folder on the pod, and last the folder here."),
                        "pod-train pull output/checkpoint-400 results",
                        "pod-train pull /workspace/logs/current.log . --json");
        };
    }

    private static CommandSpec spec(String name, String description, String label, String parameter) {
        CommandSpec spec = Options.verb(name, description);
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel(label)
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description(parameter)
                .hideParamSyntax(true)
                .build());
        spec.addOption(Options.runOption());
        spec.addOption(Options.flag("Compare contents, whatever sizes and times say.", CHECKSUM));
        spec.addOption(Options.flag("Show what would be copied and end.", DRY_RUN));
        return spec;
    }

    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        List<String> paths = given.matchedPositionalValue(0, List.<String>of());
        if (paths.size() < 2) {
            throw new ProblemException(Problem.usage(
                    "cannot tell what to copy where to",
                    paths.isEmpty() ? "no path is given" : "only one path is given",
                    "name what to copy and then the folder it goes to; '.' is this folder"));
        }
        int last = paths.size() - 1;
        CopyRequest request = new CopyRequest(
                Options.selectorByOption(given, session),
                paths.subList(0, last),
                paths.get(last),
                given.hasMatchedOption(CHECKSUM));
        Consent nothingIsDeleted = new Consent(session.terminal(), session.screen(), true);
        TransferView view = TransferView.of(session, nothingIsDeleted, given.hasMatchedOption(DRY_RUN));
        session.terminal().interruptOnCtrlC();
        try {
            return view.show(copy(session.files().get(), request, view));
        } catch (InterruptedException e) {
            return view.interrupted();
        }
    }

    private Optional<TransferReport> copy(FileOperations files, CopyRequest request, TransferView view)
            throws InterruptedException {
        return switch (direction) {
            case PUSH -> files.push(request, view);
            case PULL -> files.pull(request, view);
        };
    }
}
