package dev.podtrain.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the program was started from: its streams, and what is known about who sits at the other end. */
public interface Terminal {
    /** Standard output, for the answer; unbuffered bytes, because a log must pass unchanged and at once. */
    OutputStream out();

    /** Standard error in UTF-8, for everything else; flushed at each line's end. */
    PrintWriter err();

    boolean outIsTerminal();

    boolean errIsTerminal();

    /** Whether a question would be seen and can be answered: standard input and standard error are a terminal. */
    boolean isInteractive();

    /**
     * Waits for a line from standard input. Ctrl+C meanwhile ends the program at once: a question is only asked before
     * anything is done.
     *
     * @return the line without its end; null at the end of the input
     */
    @Nullable
    String readLine();

    /** A variable of the process environment. */
    Optional<String> environment(String name);

    /** From now on the first Ctrl+C interrupts the calling thread, and a second one ends the program at once. */
    void interruptOnCtrlC();
}
