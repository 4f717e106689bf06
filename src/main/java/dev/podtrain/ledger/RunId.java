package dev.podtrain.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of a run: a readable slug and six hex digits, for example {@code digits-3f9a1c}. It is computed from where
 * the run's checkpoints live, so any machine that launches the same thing arrives at the same name.
 */
public record RunId(String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}-[0-9a-f]{6}");
    private static final int SLUG_LENGTH = 24;
    private static final int HASH_BYTES = 3;

    public RunId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a run id: " + value);
        }
    }

    /**
     * The id of the run whose checkpoints are in {@code outputDir} of {@code projectDir} on the volume.
     *
     * @param volumeId the network volume
     * @param projectDir the project's directory on the volume, relative to the workspace
     * @param outputDir relative to the project, normalised
     */
    public static RunId of(String volumeId, String projectDir, String outputDir) {
        String lastPart = outputDir.substring(outputDir.lastIndexOf('/') + 1);
        String slug =
                lastPart.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        if (slug.isEmpty()) {
            slug = "run";
        }
        if (slug.length() > SLUG_LENGTH) {
            slug = slug.substring(0, SLUG_LENGTH).replaceAll("-+$", "");
        }
        return new RunId(slug + "-" + shortHash(volumeId + "\n" + projectDir + "\n" + outputDir));
    }

    private static String shortHash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
