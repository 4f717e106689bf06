package dev.podtrain.cli;

import dev.podtrain.data.TransferListener;
import dev.podtrain.data.TransferReport;
import java.util.List;
import java.util.Optional;

/** Shows a transfer, for people or for programs. */
interface TransferView extends TransferListener {
    /** Of what could not be copied, so many are named for people. */
    int OMISSIONS_SHOWN = 5;

    /** What it came to; empty if it was not to go on after the comparison. */
    ExitCode show(Optional<TransferReport> report);

    /** It was ended by Ctrl+C. */
    ExitCode interrupted();

    /**
     * The view that was asked for.
     *
     * @param dryRun whether it ends after the comparison
     */
    static TransferView of(Session session, Consent consent, boolean dryRun) {
        return session.json() ? new JsonTransfer(session, consent, dryRun) : new TextTransfer(session, consent, dryRun);
    }

    /** Asks before anything is deleted. */
    static boolean agreed(TransferListener.Comparison comparison, Consent consent) {
        int count = comparison.extras().size();
        return count == 0
                || consent.to(
                        "Delete these " + count + " on the receiving side?",
                        "delete " + count + " files and folders on the receiving side");
    }

    /** The first of them, a line each. */
    static String named(List<String> lines, int most) {
        List<String> shown = lines.subList(0, Math.min(most, lines.size()));
        String rest = lines.size() > most ? "\nand " + (lines.size() - most) + " more" : "";
        return String.join("\n", shown) + rest;
    }
}
