package dev.podtrain.cli;

import java.io.PrintWriter;
import java.util.List;
import sun.misc.Signal;

/**
 * What Ctrl+C does: the first one interrupts the working thread, so that the use case can end in order; the second one
 * ends the program at once. While a question is open already the first one does, because a thread that waits for a
 * terminal cannot be interrupted. A terminal that is closed (HUP) and a polite kill (TERM) count as a first Ctrl+C: what
 * was rented and is not needed is given back. They may come twice, from the kernel and from the shell.
 */
final class Interrupts {
    private static final String CTRL_C = "INT";
    private static final List<String> SIGNALS = List.of(CTRL_C, "HUP", "TERM");

    private final Thread worker;
    private final PrintWriter err;
    private boolean interrupted;
    private boolean asking;

    private Interrupts(Thread worker, PrintWriter err) {
        this.worker = worker;
        this.err = err;
    }

    /**
     * Installs the handler. Where that is impossible (another JVM, or {@code -Xrs}), Ctrl+C keeps its usual effect; what
     * the program was started with ignored, as {@code nohup} and background jobs are, stays ignored.
     */
    static Interrupts of(Thread worker, PrintWriter err) {
        Interrupts interrupts = new Interrupts(worker, err);
        try {
            for (String signal : SIGNALS) {
                interrupts.install(signal);
            }
        } catch (IllegalArgumentException e) {
            return interrupts;
        }
        return interrupts;
    }

    /** Ends the program if Ctrl+C came before: it would not interrupt the wait for an answer, and none would follow. */
    synchronized void questionIsOpen(boolean open) {
        asking = open;
        if (open && interrupted) {
            cancel();
        }
    }

    /** Java has no other way to learn of signals; by reflection it would take 15 ms of every command. */
    private void install(String name) {
        Signal.handle(new Signal(name), signal -> onSignal(name));
    }

    private synchronized void onSignal(String name) {
        if (asking) {
            cancel();
        } else if (!interrupted) {
            interrupted = true;
            worker.interrupt();
        } else if (name.equals(CTRL_C)) {
            err.println();
            err.println("ended at once: 'pod-train runs' shows what may still be billed");
            end();
        }
    }

    private void cancel() {
        err.println();
        err.println("cancelled: nothing was done");
        end();
    }

    private void end() {
        err.flush();
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED.code());
    }
}
