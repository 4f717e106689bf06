package dev.podtrain.http;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests back while the server has said that it will refuse them, by {@code RateLimit: "minute";r=0;t=12} on
 * any answer or by {@code Retry-After} on a refusal (RunPod REST v2, 2026-08-20).
 */
final class RateGate {
    private static final Pattern WINDOW =
            Pattern.compile("\"(\\w{1,40})\"\\s*;\\s*r=(\\d{1,9})\\s*;\\s*t=(\\d{1,9})(?!\\d)");
    private static final Duration LONGEST = Duration.ofDays(1);

    private final Time time;
    private long openAtNanos;

    RateGate(Time time) {
        this.time = time;
        this.openAtNanos = time.nanoTime();
    }

    /** Takes note of what an answer says about the requests to come. */
    void learn(RawAnswer answer) {
        Matcher window = WINDOW.matcher(answer.rateLimit());
        while (window.find()) {
            if (Long.parseLong(window.group(2)) == 0) {
                closeFor(Duration.ofSeconds(Long.parseLong(window.group(3))));
            }
        }
        if (answer.status() == 429 || answer.status() == 503) {
            retryAfter(answer.retryAfter(), time.now()).ifPresent(this::closeFor);
        }
    }

    /** How long requests must wait from now; zero if they need not. */
    synchronized Duration remaining() {
        return Duration.ofNanos(Math.max(0, openAtNanos - time.nanoTime()));
    }

    /** Waits until requests may be sent. False, without waiting, if that is later than the deadline. */
    boolean pass(Deadline deadline, Progress progress) throws InterruptedException {
        Duration wait = remaining();
        if (wait.isZero()) {
            return true;
        }
        if (wait.compareTo(deadline.remaining()) > 0) {
            return false;
        }
        progress.report("waiting " + Math.max(1, wait.toSeconds()) + " s: the provider limits how often it is asked");
        time.sleep(wait);
        return true;
    }

    private synchronized void closeFor(Duration duration) {
        Duration bounded = duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
        long reopening = time.nanoTime() + bounded.toNanos();
        if (reopening - openAtNanos > 0) {
            openAtNanos = reopening;
        }
    }

    /** Seconds, or a date as HTTP writes it; anything else is no hint. */
    static Optional<Duration> retryAfter(@Nullable String value, Instant now) {
        if (value == null) {
            return Optional.empty();
        }
        if (value.strip().matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value.strip())));
        }
        try {
            Instant at = ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(at.isAfter(now) ? Duration.between(now, at) : Duration.ZERO);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
