package dev.podtrain.local;

import dev.podtrain.local.Fault.Kind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The faults that are on, in the order they were added. */
final class Faults {
    private final List<Entry> entries = new ArrayList<>();

    private static final class Entry {
        private final Fault fault;
        private int hits;

        Entry(Fault fault) {
            this.fault = fault;
        }

        boolean isUsedUp() {
            return fault.times() != null && hits >= fault.times();
        }
    }

    /** What is known about a call when a fault may hit it; null where it does not matter or is not known. */
    record Call(
            String operation,
            @Nullable String gpu,
            @Nullable String dataCenter,
            @Nullable String podId) {
        static Call of(String operation) {
            return new Call(operation, null, null, null);
        }

        static Call onPod(String operation, PodRecord pod) {
            return new Call(
                    operation,
                    pod.definition().compute().gpuId(),
                    pod.definition().dataCenter(),
                    pod.id());
        }
    }

    synchronized void add(Fault fault) {
        entries.add(new Entry(fault));
    }

    synchronized List<Fault> list() {
        return entries.stream()
                .map(entry ->
                        entry.fault.times() == null ? entry.fault : entry.fault.times(entry.fault.times() - entry.hits))
                .toList();
    }

    synchronized void clear() {
        entries.clear();
    }

    /** The first fault of this kind that hits the call; one that hits only so many calls has one less to go. */
    synchronized Optional<Fault> take(Kind kind, Call call) {
        Iterator<Entry> each = entries.iterator();
        while (each.hasNext()) {
            Entry entry = each.next();
            if (entry.fault.kind() == kind && matches(entry.fault, call)) {
                entry.hits++;
                if (entry.isUsedUp()) {
                    each.remove();
                }
                return Optional.of(entry.fault);
            }
        }
        return Optional.empty();
    }

    /** Whether such calls are refused until further notice: what the catalog shows as out of stock. */
    synchronized boolean isStanding(Kind kind, Call call) {
        return entries.stream()
                .map(entry -> entry.fault)
                .anyMatch(fault -> fault.kind() == kind && fault.times() == null && matches(fault, call));
    }

    /** Ends the call if a fault says so that only needs the call to be made. */
    void refuse(Call call) {
        take(Kind.RATE_LIMIT, call).ifPresent(fault -> {
            throw Refusal.tooMany(fault.millis() == null ? 1 : (int) Math.max(1, fault.millis() / 1000));
        });
        take(Kind.FORBIDDEN, call).ifPresent(fault -> {
            throw Refusal.of(403, "access denied");
        });
        take(Kind.SERVER_ERROR, call).ifPresent(fault -> {
            throw Refusal.of(fault.statusOr(503), "Something went wrong. Please try again later or contact support.");
        });
    }

    private static boolean matches(Fault fault, Call call) {
        return matches(fault.operation(), call.operation())
                && matches(fault.gpu(), call.gpu())
                && matches(fault.dataCenter(), call.dataCenter())
                && matches(fault.podId(), call.podId());
    }

    private static boolean matches(@Nullable String wanted, @Nullable String actual) {
        return wanted == null || wanted.equals(actual);
    }
}
