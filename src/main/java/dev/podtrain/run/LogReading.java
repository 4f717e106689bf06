package dev.podtrain.run;

import dev.podtrain.ledger.EndReason;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be read off a training log: the newest step, and in its last lines how it ended. */
final class LogReading {
    /** So much of a log's end tells how the training ended. */
    static final int END_BYTES = 128;

    private static final Pattern END =
            Pattern.compile("(?:^|\\n)(?:pod-train: ended: ([a-z]+)\\n)?EXIT_CODE=(\\d{1,3})\\n?$");

    /**
     * {@code step 120}, {@code step=120}, {@code 'step': 120}, {@code global_step: 120}. The blanks are not given back:
     * between many of them it would otherwise be tried again at each.
     */
    private static final Pattern STEP = Pattern.compile("(?i)\\b(?:global_)?steps?\\b['\"]?\\s*+[:=]?\\s*+(\\d{1,12})");

    private LogReading() {}

    /** How a training ended. */
    record End(EndReason reason, int exitCode) {}

    /** The end, if the last line is the one that train.sh closes a log with. */
    static Optional<End> end(byte[] tail) {
        Matcher matcher = END.matcher(text(tail));
        if (!matcher.find()) {
            return Optional.empty();
        }
        int code = Integer.parseInt(matcher.group(2));
        if (matcher.group(1) != null) {
            return Optional.of(new End(EndReason.ofWord(matcher.group(1)), code));
        }
        return Optional.of(new End(code == 0 ? EndReason.FINISHED : EndReason.FAILED, code));
    }

    /** The step mentioned last. */
    static Optional<Long> newestStep(byte[] tail) {
        return newestStep(text(tail));
    }

    static Optional<Long> newestStep(CharSequence tail) {
        Matcher matcher = STEP.matcher(tail);
        Optional<Long> newest = Optional.empty();
        while (matcher.find()) {
            newest = Optional.of(Long.valueOf(matcher.group(1)));
        }
        return newest;
    }

    private static String text(byte[] tail) {
        return new String(tail, StandardCharsets.UTF_8);
    }
}
