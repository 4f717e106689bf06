package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Time;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Measures a training's pace from its log as it arrives. It needs lines that name a step and how many there are, such as
 * {@code step 120/1800}, {@code step=120 of 1800} or a progress bar's {@code | 120/1800 [}.
 */
final class StepRate {
    private static final Pattern PROGRESS =
            Pattern.compile("(?i)(?:\\bsteps?\\b['\"]?\\s*[:=]?\\s*|\\|\\s*)(\\d{1,12})\\s*(?:/|of)\\s*(\\d{1,12})\\b");

    /** More than a line; what is older has been looked at. */
    private static final int REMEMBERED = 4096;

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration NEXT = Duration.ofMinutes(10);

    private record Seen(long step, long total, long nanoTime) {}

    private final BigDecimal hourlyPriceUsd;
    private final Time time;
    private String recent = "";
    private @Nullable Seen first;
    private @Nullable Deadline due;

    StepRate(BigDecimal hourlyPriceUsd, Time time) {
        this.hourlyPriceUsd = hourlyPriceUsd;
        this.time = time;
    }

    /** Takes the next bytes of the log; a forecast comes after a minute and then every ten. */
    Optional<Forecast> accept(byte[] bytes, int length) {
        if (first != null && due != null && !due.hasPassed()) {
            recent = "";
            return Optional.empty();
        }
        String text = recent + new String(bytes, 0, length, StandardCharsets.UTF_8);
        recent = text.substring(Math.max(0, text.length() - REMEMBERED));
        Optional<Seen> seen = newest();
        Seen begin = first;
        if (seen.isEmpty()) {
            return Optional.empty();
        }
        if (begin == null || seen.get().total() != begin.total() || seen.get().step() < begin.step()) {
            // Another stage, such as an evaluation, counts on its own.
            first = seen.get();
            due = Deadline.in(time, FIRST);
            return Optional.empty();
        }
        Optional<Forecast> forecast = forecast(begin, seen.get());
        if (forecast.isPresent()) {
            due = Deadline.in(time, NEXT);
        }
        return forecast;
    }

    private Optional<Seen> newest() {
        Matcher matcher = PROGRESS.matcher(recent);
        Optional<Seen> newest = Optional.empty();
        while (matcher.find()) {
            long step = Long.parseLong(matcher.group(1));
            long total = Long.parseLong(matcher.group(2));
            if (step <= total) {
                newest = Optional.of(new Seen(step, total, time.nanoTime()));
            }
        }
        return newest;
    }

    private Optional<Forecast> forecast(Seen begin, Seen now) {
        long steps = now.step() - begin.step();
        if (steps == 0) {
            return Optional.empty();
        }
        double nanosPerStep = (now.nanoTime() - begin.nanoTime()) / (double) steps;
        Duration remaining = Duration.ofSeconds(Math.round(nanosPerStep * (now.total() - now.step()) / 1e9));
        return Optional.of(new Forecast(now.step(), now.total(), remaining, Money.forSpan(hourlyPriceUsd, remaining)));
    }
}
