package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;

/** Tells what stopped the program: in lines on standard error, and with JSON also as an object on standard output. */
final class ProblemPrinter {
    private static final String INTERRUPTED = "interrupted";

    private final Screen screen;
    private final boolean json;
    private final boolean verbose;

    ProblemPrinter(Screen screen, boolean json, boolean verbose) {
        this.screen = screen;
        this.json = json;
        this.verbose = verbose;
    }

    ExitCode print(ProblemException e) {
        Problem problem = e.problem();
        show(problem);
        showTrace(e);
        return answer(problem, ExitCode.of(problem.kind()), kind(problem));
    }

    /** A command line that cannot be understood. */
    ExitCode printUsage(Problem problem, String synopsis) {
        line("error:", problem.what());
        line("why:", problem.why());
        line("usage:", synopsis);
        line("next:", problem.next());
        return answer(problem, ExitCode.USAGE, kind(problem));
    }

    /** Ctrl+C where the use case had nothing better to say. */
    ExitCode printInterrupted(String left) {
        Problem problem =
                new Problem(Problem.Kind.FAILED, "interrupted", "Ctrl+C", "run the same command again to go on", left);
        show(problem);
        return answer(problem, ExitCode.INTERRUPTED, INTERRUPTED);
    }

    /** Something that must not happen. */
    ExitCode printDefect(Throwable defect, String left) {
        String message = defect.getMessage() == null ? "" : ": " + defect.getMessage();
        Problem problem = new Problem(
                Problem.Kind.FAILED,
                "stopped by a fault in the program itself",
                defect.getClass().getSimpleName() + message,
                verbose
                        ? "report it, with what is printed here"
                        : "run the same command with --verbose and report it, with what that prints",
                left);
        show(problem);
        showTrace(defect);
        return answer(problem, ExitCode.FAILED, kind(problem));
    }

    private static String kind(Problem problem) {
        return problem.kind().name().toLowerCase(Locale.ROOT);
    }

    private ExitCode answer(Problem problem, ExitCode exitCode, String kind) {
        if (json) {
            try {
                screen.answer(JsonViews.error(problem, exitCode, kind));
            } catch (OutputClosedException e) {
                return exitCode; // the lines on standard error have to do
            }
        }
        return exitCode;
    }

    private void show(Problem problem) {
        line("error:", problem.what());
        line("why:", problem.why());
        line("next:", problem.next());
        line("left:", problem.left());
    }

    private void line(String label, String text) {
        String padded = label + " ".repeat("error:".length() - label.length());
        String wrapped = Wrapping.wrap(text, screen.messageWidth() - padded.length() - 1);
        screen.say(label.equals("error:") ? Screen.Colour.RED : Screen.Colour.BOLD, padded, wrapped);
    }

    private void showTrace(Throwable e) {
        if (verbose) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace, true));
            screen.say(trace.toString().stripTrailing());
        }
    }
}
