package dev.podtrain.base;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the name somebody probably meant. */
public final class DidYouMean {
    /** Nobody means a name that long, and the comparison takes time with the product of both lengths. */
    private static final int LONGEST_WORD = 100;

    private DidYouMean() {}

    /**
     * The candidate that has all the words of what was typed, such as {@code RTX 4090}, and few others; failing that, the
     * nearest with all its words with digits, because a number is what tells one model from another; failing that, the
     * nearest with no more than a typing slip for every three characters. Upper and lower case are the same.
     */
    public static Optional<String> closest(String word, Collection<String> candidates) {
        String typed = fold(word);
        List<String> words = words(typed);
        if (words.isEmpty() || word.length() > LONGEST_WORD) {
            return Optional.empty();
        }
        List<String> numbers = words.stream().filter(DidYouMean::hasDigit).toList();
        int allowed = Math.max(1, typed.length() / 3);
        return having(words, candidates).stream()
                .min(Comparator.comparing(candidate -> words(candidate).size()))
                .or(() -> nearest(typed, having(numbers, candidates), Integer.MAX_VALUE))
                .or(() -> nearest(typed, candidates, allowed + 1));
    }

    /** The candidates with all of these words; none if there are no words. */
    private static List<String> having(List<String> words, Collection<String> candidates) {
        return candidates.stream()
                .filter(candidate -> !words.isEmpty() && words(fold(candidate)).containsAll(words))
                .toList();
    }

    /** The first of those with the fewest slips, if these are fewer than {@code tooMany}. */
    private static Optional<String> nearest(String typed, Collection<String> candidates, int tooMany) {
        Optional<String> nearest = Optional.empty();
        int fewest = tooMany;
        for (String candidate : candidates) {
            int slips = slips(typed, fold(candidate), fewest);
            if (slips < fewest) {
                fewest = slips;
                nearest = Optional.of(candidate);
            }
        }
        return nearest;
    }

    private static String fold(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split("[\\s_-]+", -1))
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static boolean hasDigit(String word) {
        return word.chars().anyMatch(c -> c >= '0' && c <= '9');
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
