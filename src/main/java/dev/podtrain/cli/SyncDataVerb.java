package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.run.FileOperations.SyncListener;
import dev.podtrain.run.FileOperations.SyncRequest;
import dev.podtrain.run.SyncPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Brings data onto the network volume without renting a GPU. */
final class SyncDataVerb implements Verb {
    private static final String VIA = "--via";
    private static final String CHECKSUM = "--checksum";
    private static final String DELETE = "--delete";
    private static final String KEEP_POD = "--keep-pod";
    private static final String DRY_RUN = "--dry-run";
    private static final String LOCAL = "--local";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train sync-data",
                "%nBring files and folders onto the network volume, into /workspace/data, without renting a GPU: over the"
                        + " volume's S3 API, over a pod that is running, or over a small CPU pod that is ended afterwards."
                        + " Only what differs travels; typing it again goes on where it stopped.");
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("PATH")
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("Files and folders, relative to the project; with a slash at its end, what is in a folder."
                        + " Without any: those of DATA_PATHS.")
                .build());
        spec.addOption(Options.value(VIA, "ROUTE", "The route to take: s3 or pod.", "s3", "pod"));
        spec.addOption(Options.flag("Compare contents, whatever sizes and times say.", CHECKSUM));
        spec.addOption(Options.flag(
                "Delete what only the volume has in the folders that are sent; it is listed first.", DELETE));
        spec.addOption(Options.flag("Leave a pod that was rented for it for the next hour.", KEEP_POD));
        spec.addOption(
                Options.flag("Show the route and its cost, and if nothing has to be rented what differs.", DRY_RUN));
        spec.addOption(Options.flag("Use this machine's local cloud.", LOCAL));
        spec.addOption(Options.flag("Rent and delete without asking.", "-y", Options.YES));
        return Options.complete(
                spec, "pod-train sync-data data/clips data/labels.jsonl", "pod-train sync-data --via pod --dry-run");
    }

    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        SyncRequest request = new SyncRequest(
                session.directory(),
                given.matchedPositionalValue(0, List.<String>of()),
                route(given),
                given.hasMatchedOption(CHECKSUM),
                given.hasMatchedOption(DELETE),
                given.hasMatchedOption(KEEP_POD),
                given.hasMatchedOption(DRY_RUN),
                given.hasMatchedOption(LOCAL));
        Consent consent = new Consent(session.terminal(), session.screen(), given.hasMatchedOption(Options.YES));
        TransferView view = TransferView.of(session, consent, request.dryRun());
        session.terminal().interruptOnCtrlC();
        try {
            return view.show(session.files().get().syncData(request, new Listener(session, view, consent, request)));
        } catch (InterruptedException e) {
            return view.interrupted();
        }
    }

    private static SyncPlan.@Nullable Route route(ParseResult given) {
        if (!given.hasMatchedOption(VIA)) {
            return null;
        }
        String word = given.matchedOptionValue(VIA, "");
        Optional<SyncPlan.Route> route = Arrays.stream(SyncPlan.Route.values())
                .filter(known -> known.word().equals(word))
                .findFirst();
        return route.orElseThrow(() -> new ProblemException(
                Problem.usage("cannot go via '" + word + "'", "there is no such route", "use --via s3 or --via pod")));
    }

    /** Shows the plan and asks before anything is rented; the rest is the transfer's view. */
    private record Listener(Session session, TransferView view, Consent consent, SyncRequest request)
            implements SyncListener {
        @Override
        public boolean planned(SyncPlan plan) {
            if (session.json()) {
                session.screen().answer(JsonViews.syncPlan(plan));
            } else if (request.dryRun()) {
                session.screen().answer(SyncPlanText.of(plan));
            } else {
                session.screen().say(SyncPlanText.of(plan));
            }
            if (request.dryRun()) {
                return !plan.rents();
            }
            return !plan.rents()
                    || plan.local()
                    || consent.to("Rent this pod for the transfer?", "rent a pod for the transfer");
        }

        @Override
        public void podEnded(String what) {
            if (session.json()) {
                session.screen().answer(Json.event("pod_ended").field("message", what));
            } else {
                session.screen().say(what);
            }
        }

        @Override
        public boolean compared(Comparison comparison) {
            return view.compared(comparison);
        }

        @Override
        public void moved(Movement movement) {
            view.moved(movement);
        }

        @Override
        public void report(String message) {
            view.report(message);
        }

        @Override
        public void warn(String message) {
            view.warn(message);
        }
    }
}
