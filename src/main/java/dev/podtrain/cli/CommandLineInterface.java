package dev.podtrain.cli;

import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.CareOperations;
import dev.podtrain.run.FileOperations;
import dev.podtrain.run.RunOperations;
import dev.podtrain.run.TunnelOperations;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The program as it is typed. With {@code --json}, a command that fails ends its standard output with one object of the
 * form {@code {"event":"error", ...}}; for a command that answers with a single document, that object is all there is.
 */
public final class CommandLineInterface {
    private final Supplier<RunOperations> runs;
    private final Supplier<FileOperations> files;
    private final Supplier<TunnelOperations> tunnels;
    private final Supplier<CareOperations> care;
    private final Supplier<LocalCloudOperations> localCloud;
    private final Terminal terminal;
    private final Time time;
    private final String version;

    /**
     * @param runs asked at most once a run of the program, and only by verbs that need it
     * @param files likewise
     * @param tunnels likewise
     * @param care likewise
     * @param localCloud likewise
     */
    public CommandLineInterface(
            Supplier<RunOperations> runs,
            Supplier<FileOperations> files,
            Supplier<TunnelOperations> tunnels,
            Supplier<CareOperations> care,
            Supplier<LocalCloudOperations> localCloud,
            Terminal terminal,
            Time time,
            String version) {
        this.runs = new Once<>(runs);
        this.files = new Once<>(files);
        this.tunnels = new Once<>(tunnels);
        this.care = new Once<>(care);
        this.localCloud = new Once<>(localCloud);
        this.terminal = terminal;
        this.time = time;
        this.version = version;
    }

    /**
     * Does what the arguments say, and prints the answer or what went wrong.
     *
     * @return the exit code
     */
    public int run(String... arguments) {
        Screen screen = new Screen(terminal);
        Invocation invocation = Invocation.of(arguments);
        Diagnosis.set(invocation.has(Options.VERBOSE));
        ProblemPrinter problems =
                new ProblemPrinter(screen, invocation.has(Options.JSON), invocation.has(Options.VERBOSE));
        try {
            return run(invocation, screen, problems);
        } catch (ProblemException e) {
            return problems.print(e).code();
        } catch (OutputClosedException e) {
            return ExitCode.FAILED.code();
        } catch (InterruptedException e) {
            return problems.printInterrupted(whatIsLeft()).code();
        } catch (RuntimeException | Error e) {
            return problems.printDefect(e, whatIsLeft()).code();
        } finally {
            screen.clearPassingLine();
        }
    }

    private int run(Invocation invocation, Screen screen, ProblemPrinter problems) throws InterruptedException {
        Optional<Verb> named = Verbs.named(invocation.verb());
        if (named.isEmpty()) {
            return problems.printUsage(Mistakes.unknownVerb(invocation.verb()), HelpTexts.SYNOPSIS)
                    .code();
        }
        Verb verb = named.get();
        CommandSpec spec = verb.spec();
        if (invocation.verb().isEmpty() && invocation.arguments().isEmpty()) {
            screen.say(HelpTexts.shortUsage());
            return ExitCode.USAGE.code();
        }
        ParseResult given;
        try {
            given = HelpTexts.commandLine(spec).parseArgs(invocation.arguments().toArray(String[]::new));
        } catch (ParameterException e) {
            return problems.printUsage(Mistakes.of(e, spec), HelpTexts.synopsis(spec))
                    .code();
        }
        if (given.isUsageHelpRequested()) {
            screen.answer(HelpTexts.of(spec));
            return ExitCode.DONE.code();
        }
        if (given.isVersionHelpRequested()) {
            screen.answer(HelpTexts.version(version));
            return ExitCode.DONE.code();
        }
        Session session = session(given, screen);
        if (verb.namesOrphans()) {
            OrphanNote.show(session, run -> verb.isAbout(run, given, session));
        }
        return verb.exitCode(given, session);
    }

    private Session session(ParseResult given, Screen screen) {
        return new Session(
                runs,
                files,
                tunnels,
                care,
                localCloud,
                terminal,
                screen,
                time,
                version,
                Options.directory(given),
                given.hasMatchedOption(Options.JSON),
                given.hasMatchedOption(Options.VERBOSE));
    }

    /** For an account of what is left behind; what has failed already may well fail again here. */
    private String whatIsLeft() {
        try {
            List<RunState> billed = runs.get().maybeBilled();
            return billed.isEmpty()
                    ? "no run is known here that may still be billed"
                    : "may still be billed: "
                            + billed.stream().map(run -> run.id().value()).collect(Collectors.joining(", "))
                            + "; 'pod-train status RUN' tells";
        } catch (RuntimeException | Error e) {
            return "unknown: run 'pod-train runs' to see what may still be billed";
        }
    }
}
