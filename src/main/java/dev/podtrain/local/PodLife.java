package dev.podtrain.local;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a pod is in its life. A boot begins a new generation: whatever belongs to an older one is out of date.
 *
 * @param gpuCount GPUs the pod has now: a start can give fewer than were rented
 * @param container the running container, null while there is none
 * @param bootMillis from the request that started this generation until its SSH server answered; null before that
 * @param billed what the pod was billed for, the last one open while it runs
 * @param endedBy {@code User} or {@code RunPod}; null while it runs
 */
record PodLife(
        PodStatus status,
        boolean locked,
        int generation,
        int gpuCount,
        @Nullable Instant startedAt,
        @Nullable Container container,
        @Nullable Long bootMillis,
        List<Period> billed,
        @Nullable String endedBy) {

    PodLife {
        billed = List.copyOf(billed);
    }

    /**
     * A running container.
     *
     * @param hostName also the short container id
     */
    record Container(Sandbox.Started sandbox, int sshPort, String hostName, Instant startedAt) {
        boolean isAlive() {
            return sandbox.first().isAlive();
        }
    }

    /** A span in which the pod cost {@code hourlyPrice} USD per hour; no end while it lasts. */
    record Period(Instant from, @Nullable Instant to, BigDecimal hourlyPrice) {}

    static PodLife created(PodStatus status, int gpuCount, Instant now, BigDecimal hourlyPrice) {
        return new PodLife(
                status, false, 1, gpuCount, null, null, null, List.of(new Period(now, null, hourlyPrice)), null);
    }

    PodLife started(int newGpuCount, Instant now, BigDecimal hourlyPrice) {
        List<Period> periods = new ArrayList<>(stopped(now, "User").billed);
        periods.add(new Period(now, null, hourlyPrice));
        return new PodLife(PodStatus.RUNNING, locked, generation + 1, newGpuCount, null, null, null, periods, null);
    }

    /** Billed on as before, but with a new container to come. */
    PodLife reset() {
        return new PodLife(PodStatus.RUNNING, locked, generation + 1, gpuCount, null, null, null, billed, null);
    }

    PodLife showing(PodStatus newStatus) {
        return new PodLife(newStatus, locked, generation, gpuCount, startedAt, container, bootMillis, billed, endedBy);
    }

    PodLife locked(boolean newLocked) {
        return new PodLife(status, newLocked, generation, gpuCount, startedAt, container, bootMillis, billed, endedBy);
    }

    PodLife running(Container newContainer) {
        return new PodLife(
                PodStatus.RUNNING,
                locked,
                generation,
                gpuCount,
                startedAt == null ? newContainer.startedAt() : startedAt,
                newContainer,
                bootMillis,
                billed,
                null);
    }

    PodLife withoutContainer() {
        return new PodLife(status, locked, generation, gpuCount, startedAt, null, bootMillis, billed, endedBy);
    }

    PodLife answering(long millis) {
        return new PodLife(status, locked, generation, gpuCount, startedAt, container, millis, billed, null);
    }

    PodLife stopped(Instant now, String by) {
        List<Period> periods = new ArrayList<>();
        for (Period period : billed) {
            periods.add(period.to() == null ? new Period(period.from(), now, period.hourlyPrice()) : period);
        }
        return new PodLife(PodStatus.EXITED, locked, generation, gpuCount, startedAt, null, null, periods, by);
    }
}
