package dev.podtrain.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Streams in memory; not a terminal unless a test says so. */
final class FakeTerminal implements Terminal {
    final Map<String, String> environment = new HashMap<>();
    final Deque<String> typed = new ArrayDeque<>();
    boolean outIsTerminal;
    boolean errIsTerminal;
    boolean interactive;
    boolean outIsClosed;
    boolean interruptsOnCtrlC;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();
    private final PrintWriter errWriter = new PrintWriter(err, true);

    /** Somebody sits there. */
    void isUsedByAPerson(String... answers) {
        outIsTerminal = true;
        errIsTerminal = true;
        interactive = true;
        environment.put("NO_COLOR", "1");
        typed.addAll(List.of(answers));
    }

    String shownOut() {
        return out.toString(StandardCharsets.UTF_8);
    }

    byte[] bytesOut() {
        return out.toByteArray();
    }

    String shownErr() {
        return err.toString();
    }

    @Override
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (outIsClosed) {
                    throw new IOException("Broken pipe");
                }
                out.write(bytes, offset, length);
            }
        };
    }

    @Override
    public PrintWriter err() {
        return errWriter;
    }

    @Override
    public boolean outIsTerminal() {
        return outIsTerminal;
    }

    @Override
    public boolean errIsTerminal() {
        return errIsTerminal;
    }

    @Override
    public boolean isInteractive() {
        return interactive;
    }

    @Override
    public @Nullable String readLine() {
        return typed.poll();
    }

    @Override
    public Optional<String> environment(String name) {
        return Optional.ofNullable(environment.get(name));
    }

    @Override
    public void interruptOnCtrlC() {
        interruptsOnCtrlC = true;
    }
}
