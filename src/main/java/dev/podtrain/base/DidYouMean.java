package dev.podtrain.base;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the name somebody probably meant. */
public final class DidYouMean {
    /** Nobody means a name that long, and the comparison takes time with the product of both lengths. */
    private static final int LONGEST_WORD = 100;

    private DidYouMean() {}

    /**
     * The candidate nearest to the word: one typing slip for every three characters is forgiven, upper and lower case
     * are the same. Failing that, the first candidate that has all the words of a part such as {@code RTX 4090}.
     */
    public static Optional<String> closest(String word, Collection<String> candidates) {
        if (word.isBlank() || word.length() > LONGEST_WORD) {
            return Optional.empty();
        }
        String typed = fold(word);
        int allowed = Math.max(1, typed.length() / 3);
        String nearest = null;
        int nearestSlips = allowed + 1;
        for (String candidate : candidates) {
            int slips = slips(typed, fold(candidate), nearestSlips);
            if (slips < nearestSlips) {
                nearestSlips = slips;
                nearest = candidate;
            }
        }
        if (nearest != null) {
            return Optional.of(nearest);
        }
        List<String> words = words(typed);
        return candidates.stream()
                .filter(candidate -> words(fold(candidate)).containsAll(words))
                .findFirst();
    }

    private static String fold(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }

    private static List<String> words(String text) {
        return Arrays.asList(text.split("[\\s_-]+", -1));
    }

    /**
     * How many characters must be inserted, left out, replaced or swapped with their neighbour to turn one text into
     * the other (optimal string alignment); at least {@code enough} if it is not less than that.
     */
    private static int slips(String from, String to, int enough) {
        if (Math.abs(from.length() - to.length()) >= enough) {
            return enough;
        }
        int[] beforeLast = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                boolean same = from.charAt(i - 1) == to.charAt(j - 1);
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }
        return last[to.length()];
    }
}
