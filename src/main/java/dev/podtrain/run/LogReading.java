package dev.podtrain.run;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be read off a training log: the newest step, and the exit code in its last line. */
final class LogReading {
    private static final Pattern EXIT_CODE = Pattern.compile("(?:^|\\n)EXIT_CODE=(\\d{1,3})\\n?$");

    /**
     * {@code step 120}, {@code step=120}, {@code 'step': 120}, {@code global_step: 120}. The blanks are not given back:
     * between many of them it would otherwise be tried again at each.
     */
    private static final Pattern STEP = Pattern.compile("(?i)\\b(?:global_)?steps?\\b['\"]?\\s*+[:=]?\\s*+(\\d{1,12})");

    private LogReading() {}

    /** The exit code, if the last line is the one that train.sh closes a log with. */
    static Optional<Integer> exitCode(byte[] tail) {
        Matcher matcher = EXIT_CODE.matcher(text(tail));
        return matcher.find() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
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
