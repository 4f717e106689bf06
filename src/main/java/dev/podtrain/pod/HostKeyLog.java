package dev.podtrain.pod;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the fingerprints of a pod's SSH host keys in its container log, where the start script of RunPod's images
 * prints them (image sources, July 2026). The log comes over the authenticated API, so a key that matches is the pod's.
 *
 * <pre>
 * SSH host keys:
 * Key: /etc/ssh/ssh_host_ed25519_key.pub
 * 256 SHA256:&lt;43 characters&gt; root@&lt;host name&gt; (ED25519)
 * …
 * Exporting environment variables...
 * </pre>
 */
public final class HostKeyLog {
    private static final String BEGINNING = "SSH host keys:";

    /** Printed after the block, with or without Jupyter's lines in between. */
    private static final String END = "Exporting environment variables...";

    private static final Pattern FINGERPRINT =
            Pattern.compile("\\d+ (SHA256:[A-Za-z0-9+/]{43}) .* \\((RSA|DSA|ECDSA|ED25519)\\)");

    private HostKeyLog() {}

    /**
     * The fingerprints ({@code SHA256:…}) of the last complete block; earlier blocks belong to earlier runs of the
     * container. Empty if there is no complete block, or if a later one has begun and not ended: its keys are the ones
     * that count.
     */
    public static Optional<Set<String>> fingerprints(List<String> containerLogLines) {
        return read(containerLogLines, false);
    }

    /** The same for a log that has been silent for two seconds: then its last block counts as complete as it is. */
    public static Optional<Set<String>> fingerprintsAfterSilence(List<String> containerLogLines) {
        return read(containerLogLines, true);
    }

    private static Optional<Set<String>> read(List<String> lines, boolean complete) {
        Set<String> block = new LinkedHashSet<>();
        boolean open = false;
        for (String line : lines) {
            String text = line.strip();
            Matcher fingerprint = FINGERPRINT.matcher(text);
            if (text.equals(BEGINNING)) {
                block.clear();
                open = true;
            } else if (text.equals(END)) {
                open = false;
            } else if (open && fingerprint.matches()) {
                block.add(fingerprint.group(1));
            }
        }
        return block.isEmpty() || (open && !complete) ? Optional.empty() : Optional.of(Set.copyOf(block));
    }
}
