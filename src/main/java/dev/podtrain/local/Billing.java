package dev.podtrain.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podtrain.base.Time;
import dev.podtrain.local.PodLife.Period;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the pods have cost, from the time they ran; those that were terminated are remembered in a file. */
final class Billing {
    private static final int SCALE = 6;
    private static final BigDecimal MILLIS_PER_HOUR =
            BigDecimal.valueOf(Duration.ofHours(1).toMillis());

    private final Time time;
    private final Pods pods;
    private final Path terminated;

    Billing(Time time, Pods pods, StateDir state) {
        this.time = time;
        this.pods = pods;
        this.terminated = state.bills();
    }

    /** @param onGpu else on CPUs only */
    record Bill(String podId, boolean onGpu, List<Period> periods) {
        Bill {
            periods = List.copyOf(periods);
        }

        static Bill of(PodRecord pod) {
            boolean onGpu = pod.definition().compute().gpuId() != null;
            return new Bill(pod.id(), onGpu, pod.life().billed());
        }

        /** USD within a span that does not reach into the future. */
        BigDecimal cost(Instant from, Instant to) {
            BigDecimal sum = BigDecimal.ZERO;
            for (Period period : periods) {
                Instant begin = period.from().isAfter(from) ? period.from() : from;
                Instant end = period.to() == null || period.to().isAfter(to) ? to : period.to();
                if (end.isAfter(begin)) {
                    BigDecimal millis =
                            BigDecimal.valueOf(Duration.between(begin, end).toMillis());
                    sum = sum.add(
                            millis.multiply(period.hourlyPrice()).divide(MILLIS_PER_HOUR, SCALE, RoundingMode.HALF_UP));
                }
            }
            return sum;
        }
    }

    /** One for each pod there is or was. */
    List<Bill> bills() {
        List<Bill> bills = new ArrayList<>();
        try {
            if (Files.exists(terminated)) {
                for (String line : Files.readAllLines(terminated)) {
                    JsonNode json = Json.tree(line.getBytes(StandardCharsets.UTF_8));
                    bills.add(Json.convert(json, Bill.class));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + terminated, failure);
        }
        pods.list().forEach(pod -> bills.add(Bill.of(pod)));
        return bills;
    }

    /** USD, all pods. */
    BigDecimal spent() {
        Instant now = time.now();
        return bills().stream().map(bill -> bill.cost(Instant.EPOCH, now)).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Remembers a pod of which nothing else will be left. */
    static void remember(Path file, PodRecord pod) {
        String line = new String(Json.bytes(Bill.of(pod)), StandardCharsets.UTF_8) + "\n";
        try {
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + file, failure);
        }
    }
}
