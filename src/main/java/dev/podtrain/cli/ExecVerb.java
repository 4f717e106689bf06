package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.run.FileOperations.CommandOutput;
import dev.podtrain.run.FileOperations.ExecRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Runs a command on a run's pod and ends as the command does. */
final class ExecVerb implements Verb {
    private static final String TIMEOUT = "--timeout";

    /** As {@code timeout(1)} has it. */
    static final int TIMED_OUT = 124;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train exec",
                "%nRun a command on the run's pod, in the project's folder there, and show what it prints as it comes."
                        + " The command has no input and ends when this program does. The exit code is the command's own;"
                        + " 124 if it took too long.");
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("[--] COMMAND [ARGUMENT...]")
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("The program and its arguments, as they are; for a shell's syntax: -- sh -c '...'")
                .hideParamSyntax(true)
                .build());
        spec.addOption(Options.runOption());
        spec.addOption(Options.value(TIMEOUT, "TIME", "End the command after this time, for example 90s or 10m."));
        // Whatever comes behind the command's name is the command's.
        spec.parser().stopAtPositional(true);
        return Options.complete(
                spec, "pod-train exec nvidia-smi", "pod-train exec --timeout 10m -- du -sh /workspace/data");
    }

    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        return exitCode(given, session) == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    @Override
    public int exitCode(ParseResult given, Session session) throws InterruptedException {
        List<String> command = given.matchedPositionalValue(0, List.<String>of());
        if (command.isEmpty()) {
            throw new ProblemException(Problem.usage(
                    "no command to run",
                    "nothing is given behind the options",
                    "for example: pod-train exec nvidia-smi"));
        }
        ExecRequest request = new ExecRequest(Options.selectorByOption(given, session), command, timeout(given));
        Output output = new Output(session);
        session.terminal().interruptOnCtrlC();
        Optional<Integer> status = session.files().get().exec(request, output);
        return output.end(status);
    }

    private static @Nullable Duration timeout(ParseResult given) {
        return given.hasMatchedOption(TIMEOUT)
                ? Options.duration(TIMEOUT, given.matchedOptionValue(TIMEOUT, ""))
                : null;
    }

    /** Both streams, one piece at a time. */
    private static final class Output implements CommandOutput {
        private final Session session;
        private final LogOutput stdout;
        private final LogOutput stderr;

        Output(Session session) {
            this.session = session;
            Screen screen = session.screen();
            this.stdout = session.json() ? new JsonLog(screen, "stdout") : LogOutput.of(screen, false);
            this.stderr = session.json() ? new JsonLog(screen, "stderr") : new LogOutput.ErrorLog(screen);
        }

        @Override
        public synchronized void stdout(byte[] bytes, int length) {
            stdout.accept(0, bytes, length);
        }

        @Override
        public synchronized void stderr(byte[] bytes, int length) {
            stderr.accept(0, bytes, length);
        }

        @Override
        public synchronized void report(String message) {
            session.progress().report(message);
        }

        @Override
        public synchronized void warn(String message) {
            session.screen().warn(message);
        }

        synchronized int end(Optional<Integer> status) {
            stdout.finish();
            stderr.finish();
            if (status.isEmpty()) {
                session.screen().say("the command took too long and was ended");
            }
            int code = status.orElse(TIMED_OUT);
            if (session.json()) {
                session.screen()
                        .answer(Json.event("outcome")
                                .field("outcome", status.isEmpty() ? "timed_out" : "exited")
                                .field("exit_code", code));
            }
            return code;
        }
    }
}
