package dev.podtrain.run;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often each thing happened that a simulation is meant to make happen: what never happened was not tested. */
final class Happenings {
    private final Map<String, Long> counts = new TreeMap<>();

    void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    void addAll(Happenings others) {
        others.counts.forEach((what, times) -> counts.merge(what, times, Long::sum));
    }

    /** Those of the given things that never happened. */
    List<String> missing(Collection<String> wanted) {
        List<String> missing = new ArrayList<>(wanted);
        missing.removeAll(counts.keySet());
        return missing;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        counts.forEach((what, times) -> text.append("%9d  %s%n".formatted(times, what)));
        return text.toString();
    }
}
