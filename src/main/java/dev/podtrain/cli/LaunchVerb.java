package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.LaunchRequest;
import dev.podtrain.run.Outcome;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The verb without a name: launches, resumes or follows the run of a config. */
final class LaunchVerb implements Verb {
    private static final String CONFIG = "--config";
    private static final String FORCE_RESTART = "--force-restart";
    private static final String LOCAL = "--local";
    private static final String DRY_RUN = "--dry-run";
    private static final String DETACH = "--detach";
    private static final String ACCEPT_NEW_HOST_KEY = "--accept-new-host-key";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                HelpTexts.PROGRAM,
                "%nLaunch a training run on a rented RunPod GPU pod, or resume or follow the one that is there, show its"
                        + " log, and leave the pod stopped. Typing the same command again is always safe.");
        spec.usageMessage()
                .customSynopsis(HelpTexts.SYNOPSIS.replace("\n", "\n       ").split("\n"));
        spec.addOption(Options.value(CONFIG, "FILE", "The training's YAML config, inside the project."));
        spec.addOption(Options.flag("Start from zero. Checkpoints are put aside, never deleted.", FORCE_RESTART));
        spec.addOption(Options.flag("Run on this machine's local cloud, for free and without an account.", LOCAL));
        spec.addOption(Options.flag("Show the plan and end.", DRY_RUN));
        spec.addOption(Options.flag("End once the training has started.", DETACH));
        spec.addOption(Options.flag("Rent without asking.", "-y", Options.YES));
        SettingFlags.options().forEach(spec::addOption);
        spec.addOption(Options.flag(
                "Trust the host key that the pod shows if its log does not print one (custom images).",
                ACCEPT_NEW_HOST_KEY));
        spec.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print the version.")
                .build());
        Options.complete(
                spec,
                "pod-train --local -C src/demo --config configs/digits.yaml",
                "pod-train --config configs/base.yaml --gpu 'NVIDIA RTX A5000' --max-cost 5",
                "pod-train --config configs/base.yaml --dry-run");
        Map<String, String> exitCodes = new LinkedHashMap<>();
        Arrays.stream(ExitCode.values()).forEach(code -> exitCodes.put("" + code.code(), code.meaning()));
        spec.usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(exitCodes);
        HelpTexts.addVerbs(spec);
        return spec;
    }

    /** A launch finds out itself what the run of its config has left behind. */
    @Override
    public boolean isAbout(RunState run, ParseResult given, Session session) {
        Path project = session.directory();
        Path config =
                project.resolve(given.<String>matchedOptionValue(CONFIG, "")).normalize();
        return run.definition().projectPath().equals(project.toString())
                && config.equals(project.resolve(run.definition().config()));
    }

    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        if (!given.hasMatchedOption(CONFIG)) {
            throw new ProblemException(Problem.usage(
                    "nothing to launch",
                    "a run is named by its config, and no " + CONFIG + " is given",
                    "add " + CONFIG + " FILE, or run 'pod-train --help'"));
        }
        LaunchRequest request = request(given, session);
        Consent consent = new Consent(session.terminal(), session.screen(), given.hasMatchedOption(Options.YES));
        LaunchView view =
                session.json() ? new JsonLaunch(session, request, consent) : new TextLaunch(session, request, consent);
        session.terminal().interruptOnCtrlC();
        try {
            Outcome outcome = session.runs().get().launch(request, view);
            return view.show(outcome);
        } catch (OutputClosedException e) {
            session.screen().say("the log is not shown any more because standard output is closed");
            view.run().ifPresent(run -> session.screen().say(GoesOn.commands(run)));
            throw e;
        }
    }

    private static LaunchRequest request(ParseResult given, Session session) {
        return new LaunchRequest(
                session.directory(),
                Path.of(given.<String>matchedOptionValue(CONFIG, "")),
                SettingFlags.given(given),
                given.hasMatchedOption(FORCE_RESTART),
                given.hasMatchedOption(LOCAL),
                given.hasMatchedOption(DRY_RUN),
                given.hasMatchedOption(DETACH),
                given.hasMatchedOption(ACCEPT_NEW_HOST_KEY),
                session.terminal().isInteractive() && !session.json());
    }
}
