package dev.podtrain.cli;

import java.util.Locale;

/** Numbers of files and bytes as people read them. */
final class Quantities {
    private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

    private Quantities() {}

    /** In powers of ten: {@code 512 B}, {@code 29.9 kB}, {@code 2.1 GB}. */
    static String bytes(long count) {
        if (count < 1000) {
            return count + " B";
        }
        double amount = count / 1000.0;
        int unit = 0;
        while (amount >= 999.95 && unit < UNITS.length - 1) {
            amount /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
    }

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String files(long count) {
        return count(count) + (count == 1 ? " file" : " files");
    }
}
