package dev.podtrain.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;

/** Money and time as people read them. */
final class Amounts {
    private static final int CENTS = 2;
    private static final int FINEST = 4;

    private Amounts() {}

    /** In USD, to the cent; amounts below a dollar to the hundredth of a cent where they are not whole cents. */
    static String money(BigDecimal usd) {
        int digits = usd.abs().compareTo(BigDecimal.ONE) < 0 ? FINEST : CENTS;
        BigDecimal rounded = usd.setScale(digits, RoundingMode.HALF_UP).stripTrailingZeros();
        return (rounded.scale() < CENTS ? rounded.setScale(CENTS) : rounded).toPlainString() + " USD";
    }

    static String hourly(BigDecimal usd) {
        return money(usd) + "/h";
    }

    /** The two largest units, cut off below: {@code 45 s}, {@code 12 min 3 s}, {@code 12 h}, {@code 2 d 3 h}. */
    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return twoUnits(seconds / 60, " min", seconds % 60, " s");
        }
        if (seconds < 86_400) {
            return twoUnits(seconds / 3600, " h", seconds % 3600 / 60, " min");
        }
        return twoUnits(seconds / 86_400, " d", seconds % 86_400 / 3600, " h");
    }

    private static String twoUnits(long large, String largeUnit, long small, String smallUnit) {
        return large + largeUnit + (small == 0 ? "" : " " + small + smallUnit);
    }

    /** How long before {@code now}: {@code just now}, {@code 3 min ago}, {@code 2 d ago}. */
    static String ago(Instant then, Instant now) {
        long seconds = Duration.between(then, now).toSeconds();
        if (seconds < 10) {
            return "just now";
        }
        if (seconds < 60) {
            return seconds + " s ago";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min ago";
        }
        return seconds < 86_400 ? seconds / 3600 + " h ago" : seconds / 86_400 + " d ago";
    }

    /** To the second, in UTC. */
    static String moment(Instant instant) {
        return Instant.ofEpochSecond(instant.getEpochSecond()).toString();
    }

    /** Seconds with one decimal, as in {@code 3.2s}, aligned for the first quarter of an hour. */
    static String elapsed(Duration duration) {
        long tenths = duration.toMillis() / 100;
        String text = tenths / 10 + "." + tenths % 10 + "s";
        return " ".repeat(Math.max(0, 6 - text.length())) + text;
    }
}
