package dev.podtrain.cli;

import dev.podtrain.data.TransferReport;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A transfer for people: one line that moves on a terminal, and elsewhere a line every ten seconds. */
final class TextTransfer implements TransferView {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
    private static final int EXTRAS_SHOWN = 20;

    private final Session session;
    private final Screen screen;
    private final Consent consent;
    private final boolean dryRun;
    private long lastLineNanos;
    private @Nullable Comparison compared;

    TextTransfer(Session session, Consent consent, boolean dryRun) {
        this.session = session;
        this.screen = session.screen();
        this.consent = consent;
        this.dryRun = dryRun;
        this.lastLineNanos = session.time().nanoTime();
    }

    @Override
    public synchronized boolean compared(Comparison comparison) {
        compared = comparison;
        String summary = Quantities.files(comparison.files()) + ", " + Quantities.bytes(comparison.bytes())
                + " to copy; " + Quantities.count(comparison.unchanged()) + " are there already";
        if (dryRun) {
            screen.answer(summary);
        } else {
            screen.say(summary);
        }
        if (!comparison.extras().isEmpty()) {
            screen.say("to be deleted, because they are only on the receiving side:\n"
                    + TransferView.named(comparison.extras(), EXTRAS_SHOWN));
        }
        return !dryRun && TransferView.agreed(comparison, consent);
    }

    @Override
    public synchronized void moved(Movement movement) {
        String line = line(movement);
        long now = session.time().nanoTime();
        if (screen.errIsTerminal()) {
            screen.passing(line);
        } else if (now - lastLineNanos >= BETWEEN_LINES.toNanos()) {
            lastLineNanos = now;
            screen.say(line);
        }
    }

    private static String line(Movement movement) {
        double share = movement.totalBytes() == 0 ? 1 : (double) movement.bytes() / movement.totalBytes();
        String left = movement.bytesPerSecond() < 1
                ? "?"
                : Amounts.duration(Duration.ofSeconds(
                        (long) ((movement.totalBytes() - movement.bytes()) / movement.bytesPerSecond())));
        return String.format(
                Locale.ROOT,
                "%s of %s, %.0f %%, %s/s, %s left, %s of %s, %s",
                Quantities.bytes(movement.bytes()),
                Quantities.bytes(movement.totalBytes()),
                Math.floor(100 * share),
                Quantities.bytes((long) movement.bytesPerSecond()),
                left,
                Quantities.count(movement.files()),
                Quantities.files(movement.totalFiles()),
                movement.current());
    }

    @Override
    public synchronized void report(String message) {
        session.progress().report(message);
    }

    @Override
    public synchronized void warn(String message) {
        screen.warn(message);
    }

    @Override
    public ExitCode show(Optional<TransferReport> report) {
        if (report.isEmpty()) {
            if (!dryRun) {
                screen.say("nothing was copied or deleted");
            }
            return dryRun ? ExitCode.DONE : ExitCode.FAILED;
        }
        TransferReport done = report.get();
        screen.answer(summary(done));
        if (done.isComplete()) {
            return ExitCode.DONE;
        }
        List<String> lines = done.omissions().stream()
                .map(omission -> omission.path() + ": " + omission.reason())
                .toList();
        screen.say(
                Screen.Colour.RED,
                "error:",
                "not copied, everything else was:\n" + TransferView.named(lines, OMISSIONS_SHOWN)
                        + "\nrun the command again when that is mended: only these are copied then");
        return ExitCode.FAILED;
    }

    private static String summary(TransferReport done) {
        double seconds = Math.max(0.001, done.took().toNanos() / 1e9);
        String copied = done.files() == 0 && done.bytes() == 0
                ? "nothing had to be copied"
                : String.format(
                        Locale.ROOT,
                        "%s, %s copied in %.1f s (%s/s)",
                        Quantities.files(done.files()),
                        Quantities.bytes(done.bytes()),
                        seconds,
                        Quantities.bytes((long) (done.bytes() / seconds)));
        String deleted = done.deleted() == 0 ? "" : ", " + Quantities.count(done.deleted()) + " deleted";
        return copied + ", " + Quantities.count(done.unchanged()) + " unchanged" + deleted;
    }

    @Override
    public ExitCode interrupted() {
        screen.say(
                compared == null
                        ? "stopped before anything was copied"
                        : "stopped: every file that had arrived is in place, and none is half-visible\n"
                                + "next:  run the same command again, it goes on where it stopped");
        return ExitCode.INTERRUPTED;
    }
}
