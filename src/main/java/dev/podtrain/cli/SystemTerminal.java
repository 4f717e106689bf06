package dev.podtrain.cli;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The process's own streams. Java cannot tell which of them are terminals, so the launcher script says it in the system
 * property {@value #TTY_PROPERTY}: the numbers, of 0, 1 and 2, that are. Without it no stream counts as a terminal.
 */
public final class SystemTerminal implements Terminal {
    static final String TTY_PROPERTY = "podtrain.tty";

    private final Map<String, String> environment;
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final PrintWriter err = new PrintWriter(
            new OutputStreamWriter(new FileOutputStream(FileDescriptor.err), StandardCharsets.UTF_8), true);
    private final String terminals;
    private @Nullable BufferedReader in;
    private @Nullable Interrupts interrupts;

    public SystemTerminal(Map<String, String> environment) {
        this.environment = environment;
        this.terminals = System.getProperty(TTY_PROPERTY, "");
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public PrintWriter err() {
        return err;
    }

    @Override
    public boolean outIsTerminal() {
        return terminals.indexOf('1') >= 0;
    }

    @Override
    public boolean errIsTerminal() {
        return terminals.indexOf('2') >= 0;
    }

    @Override
    public boolean isInteractive() {
        return terminals.indexOf('0') >= 0 && errIsTerminal();
    }

    @Override
    public @Nullable String readLine() {
        if (in == null) {
            in = new BufferedReader(
                    new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8));
        }
        if (interrupts != null) {
            interrupts.questionIsOpen(true);
        }
        try {
            return in.readLine();
        } catch (IOException e) {
            return null; // nobody there to answer
        } finally {
            if (interrupts != null) {
                interrupts.questionIsOpen(false);
            }
        }
    }

    @Override
    public Optional<String> environment(String name) {
        return Optional.ofNullable(environment.get(name));
    }

    @Override
    public void interruptOnCtrlC() {
        if (interrupts == null) {
            interrupts = Interrupts.of(Thread.currentThread(), err);
        }
    }
}
