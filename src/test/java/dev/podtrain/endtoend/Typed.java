package dev.podtrain.endtoend;

import dev.podtrain.base.SystemTime;
import dev.podtrain.cli.CommandLineInterface;
import dev.podtrain.cli.Terminal;
import dev.podtrain.run.CareOperations;
import dev.podtrain.run.RunOperations;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A command line and what came of it, in this process, with nobody at a terminal. */
record Typed(int exitCode, String out, String err) {
    static Typed type(RunOperations operations, CareOperations care, String... arguments) {
        Streams streams = new Streams();
        CommandLineInterface program = new CommandLineInterface(
                () -> operations,
                () -> {
                    throw new AssertionError("files were asked for");
                },
                () -> {
                    throw new AssertionError("a tunnel was asked for");
                },
                () -> care,
                () -> {
                    throw new AssertionError("the local cloud was asked for");
                },
                streams,
                new SystemTime(),
                "test");
        int exitCode = program.run(arguments);
        return new Typed(exitCode, streams.out.toString(StandardCharsets.UTF_8), streams.err.toString());
    }

    private static final class Streams implements Terminal {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final StringWriter err = new StringWriter();

        @Override
        public OutputStream out() {
            return out;
        }

        @Override
        public PrintWriter err() {
            return new PrintWriter(err, true);
        }

        @Override
        public boolean outIsTerminal() {
            return false;
        }

        @Override
        public boolean errIsTerminal() {
            return false;
        }

        @Override
        public boolean isInteractive() {
            return false;
        }

        @Override
        public @Nullable String readLine() {
            throw new AssertionError("a question was asked of nobody");
        }

        @Override
        public Optional<String> environment(String name) {
            return Optional.empty();
        }

        @Override
        public void interruptOnCtrlC() {}
    }
}
