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

    /** A server has one key for each of a handful of algorithms. */
    private static final int MOST_KEYS = 100;

    private static final Pattern FINGERPRINT =
            Pattern.compile("\\d+ (SHA256:[A-Za-z0-9+/]{43}) .* \\((RSA|DSA|ECDSA|ED25519)\\)");

    private final Set<String> block = new LinkedHashSet<>();
    private boolean open;

    /** Takes the log's next line. */
    public void add(String line) {
        String text = line.strip();
        if (text.equals(BEGINNING)) {
            block.clear();
            open = true;
        } else if (text.equals(END)) {
            open = false;
        } else if (open) {
            Matcher fingerprint = FINGERPRINT.matcher(text);
            if (fingerprint.matches() && block.size() < MOST_KEYS) {
                block.add(fingerprint.group(1));
            }
        }
    }

    /**
     * The fingerprints ({@code SHA256:…}) of the last complete block; earlier blocks belong to earlier runs of the
     * container. Empty if there is no complete block, or if a later one has begun and not ended: its keys are the ones
     * that count.
     */
    public Optional<Set<String>> fingerprints() {
        return open ? Optional.empty() : fingerprintsAfterSilence();
    }

    /** The same for a log that has been silent for two seconds: then its last block counts as complete as it is. */
    public Optional<Set<String>> fingerprintsAfterSilence() {
        return block.isEmpty() ? Optional.empty() : Optional.of(Set.copyOf(block));
    }

    /** The same of a whole log. */
    static Optional<Set<String>> fingerprints(List<String> containerLogLines) {
        return read(containerLogLines).fingerprints();
    }

    static Optional<Set<String>> fingerprintsAfterSilence(List<String> containerLogLines) {
        return read(containerLogLines).fingerprintsAfterSilence();
    }

    private static HostKeyLog read(List<String> lines) {
        HostKeyLog log = new HostKeyLog();
        lines.forEach(log::add);
        return log;
    }
}
