package dev.podtrain.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * One simulated world: its clock, what will happen in it, and its luck, which one seed decides. Everything in it happens
 * in one thread and in the order of time: nothing moves unless somebody lets time pass.
 */
final class SimWorld {
    static final Instant BEGINNING = Instant.parse("2026-11-23T12:00:00Z");

    private record Event(long at, long serial, Runnable happening) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(serial, other.serial) : Long.compare(at, other.at);
        }
    }

    private final SplittableRandom random;
    private final Happenings happenings;
    private final boolean tracing;
    private final List<String> trace = new ArrayList<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nanos;
    private long serial;

    /** How often things go wrong, 0 for never, 1 for every time. */
    private double trouble;

    SimWorld(long seed, Happenings happenings, boolean tracing) {
        this.random = new SplittableRandom(seed);
        this.happenings = happenings;
        this.tracing = tracing;
        this.trouble = pick(0.0, 0.01, 0.03, 0.1, 0.25);
    }

    // --- Time -------------------------------------------------------------------------------------------------------

    long nanos() {
        return nanos;
    }

    Instant now() {
        return BEGINNING.plusNanos(nanos);
    }

    /** Has something happen later, if time comes that far. */
    void after(Duration delay, Runnable happening) {
        events.add(new Event(nanos + Math.max(0, delay.toNanos()), serial++, happening));
    }

    /** Lets time pass, with everything that happens meanwhile. */
    void pass(Duration duration) {
        long end = nanos + Math.max(0, duration.toNanos());
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event next = events.remove();
            nanos = next.at();
            next.happening().run();
        }
        nanos = end;
    }

    /** Lets time pass until the next thing has happened, or for so long. */
    void passToNextEvent(Duration atMost) {
        long left = events.isEmpty() ? Long.MAX_VALUE : events.peek().at() - nanos;
        pass(left < atMost.toNanos() ? Duration.ofNanos(left) : atMost);
    }

    // --- Luck -------------------------------------------------------------------------------------------------------

    /** Whether something goes wrong that goes wrong with this likelihood where everything does; never once it is calm. */
    boolean trouble(double likelihood) {
        return trouble > 0 && random.nextDouble() < trouble * likelihood;
    }

    boolean isCalm() {
        return trouble == 0;
    }

    void calmDown() {
        trouble = 0;
    }

    boolean chance(double likelihood) {
        return random.nextDouble() < likelihood;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    double fraction() {
        return random.nextDouble();
    }

    Duration millis(long from, long to) {
        return Duration.ofMillis(random.nextLong(from, to + 1));
    }

    Duration seconds(double from, double to) {
        return millis(Math.round(from * 1000), Math.round(to * 1000));
    }

    /** Between the two, the small ones as likely as the large ones. */
    int ofAnySize(int from, int to) {
        return (int) Math.round(from * Math.pow((double) to / from, random.nextDouble()));
    }

    @SafeVarargs
    final <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    String hex(int digits) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < digits; i++) {
            text.append(Character.forDigit(random.nextInt(16), 16));
        }
        return text.toString();
    }

    // --- Account ----------------------------------------------------------------------------------------------------

    void count(String what) {
        happenings.count(what);
        note("  * %s", what);
    }

    void count(Collection<String> all) {
        all.forEach(this::count);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more library
    void note(String format, Object... parts) {
        if (tracing) {
            trace.add("%9.3f s  ".formatted(nanos / 1e9) + format.formatted(parts));
        }
    }

    List<String> trace() {
        return trace;
    }
}
