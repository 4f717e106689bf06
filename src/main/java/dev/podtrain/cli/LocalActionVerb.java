package dev.podtrain.cli;

import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One of the verbs around the local cloud. */
final class LocalActionVerb implements Verb {
    /** What can be done with it. */
    enum Action {
        UP("Start the local cloud unless it runs, and wait until it answers."),
        DOWN("End the local cloud and its pods. What is on its volumes stays."),
        STATUS("Show whether the local cloud runs, and where."),
        RESET("End the local cloud and delete all that it holds: pods, and volumes with the checkpoints on them.");

        private final String description;

        Action(String description) {
            this.description = description;
        }
    }

    private final Action action;

    LocalActionVerb(Action action) {
        this.action = action;
    }

    @Override
    public CommandSpec spec() {
        String name = "pod-train local " + action.name().toLowerCase(Locale.ROOT);
        CommandSpec spec = Options.verb(name, "%n" + action.description);
        if (action == Action.RESET) {
            spec.addOption(Options.flag("Delete without asking.", "-y", Options.YES));
        }
        return Options.complete(spec, name);
    }

    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        LocalCloudOperations cloud = session.localCloud().get();
        session.terminal().interruptOnCtrlC();
        switch (action) {
            case UP -> show(cloud.up(session.progress()), session);
            case DOWN -> show(cloud.down(session.progress()), session);
            case STATUS -> show(cloud.status(), session);
            case RESET -> {
                return reset(cloud, given, session);
            }
        }
        return ExitCode.DONE;
    }

    private static ExitCode reset(LocalCloudOperations cloud, ParseResult given, Session session)
            throws InterruptedException {
        Consent consent = new Consent(session.terminal(), session.screen(), given.hasMatchedOption(Options.YES));
        String directory = cloud.status().stateDirectory().toString();
        if (!consent.to("Delete everything in " + directory + "?", "delete everything in " + directory)) {
            session.screen().say("nothing was done");
            return ExitCode.FAILED;
        }
        cloud.reset(session.progress());
        show(cloud.status(), session);
        return ExitCode.DONE;
    }

    private static void show(LocalStatus status, Session session) {
        if (session.json()) {
            session.screen().answer(JsonViews.local(status));
            return;
        }
        Block block = new Block().line("local cloud", status.running() ? "running" : "not running");
        if (status.apiUrl() != null) {
            block.line("api", status.apiUrl().toString());
        }
        if (status.s3Url() != null) {
            block.line("s3", status.s3Url().toString());
        }
        if (status.pid() != null) {
            block.line("process", status.pid().toString());
        }
        if (status.running()) {
            block.line("pods", status.podsRunning() + " running");
        }
        session.screen()
                .answer(block.line("state", status.stateDirectory().toString()).toString());
    }
}
