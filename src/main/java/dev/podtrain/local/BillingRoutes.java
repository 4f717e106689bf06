package dev.podtrain.local;

import dev.podtrain.base.Time;
import dev.podtrain.local.Billing.Bill;
import dev.podtrain.local.Faults.Call;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /v2/billing/pods}: what each pod cost in each hour, day, week, month or year. */
final class BillingRoutes {
    private static final int DEFAULT_BUCKETS = 30;

    private final Time time;
    private final Billing billing;
    private final Faults faults;

    BillingRoutes(Time time, Billing billing, Faults faults) {
        this.time = time;
        this.billing = billing;
        this.faults = faults;
    }

    void install(JavalinConfig config) {
        config.routes.get("/v2/billing/pods", this::pods);
    }

    private enum Bucket {
        HOUR(ChronoUnit.HOURS),
        DAY(ChronoUnit.DAYS),
        WEEK(ChronoUnit.WEEKS),
        MONTH(ChronoUnit.MONTHS),
        YEAR(ChronoUnit.YEARS);

        private final ChronoUnit unit;

        Bucket(ChronoUnit unit) {
            this.unit = unit;
        }

        ZonedDateTime begin(ZonedDateTime moment) {
            ZonedDateTime day = moment.truncatedTo(ChronoUnit.DAYS);
            return switch (this) {
                case HOUR -> moment.truncatedTo(ChronoUnit.HOURS);
                case DAY -> day;
                case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                case MONTH -> day.withDayOfMonth(1);
                case YEAR -> day.withDayOfYear(1);
            };
        }
    }

    private record Query(
            Instant startTime,
            Instant endTime,
            String bucketSize,
            @Nullable String podId) {}

    private record Amounts(BigDecimal totalAmount, BigDecimal gpuAmount, BigDecimal cpuAmount, BigDecimal diskAmount) {}

    private record Row(
            Instant startTime,
            Instant endTime,
            String podId,
            BigDecimal totalAmount,
            BigDecimal gpuAmount,
            BigDecimal cpuAmount,
            BigDecimal diskAmount) {}

    private record Metadata(Query query, int recordCount, long uniquePodCount, Amounts totals) {}

    private record Answer(List<Row> records, Metadata metadata) {}

    private void pods(Context context) {
        HttpFront.requireAccount(context);
        faults.refuse(Call.of("billing"));
        Bucket bucket = bucket(context.queryParam("bucketSize"));
        ZonedDateTime now = time.now().atZone(ZoneOffset.UTC);
        Optional<Instant> start = instant(context, "startTime");
        Optional<Instant> end = instant(context, "endTime");
        String lastN = context.queryParam("lastN");
        if (lastN != null && (start.isPresent() || end.isPresent())) {
            throw Refusal.of(400, "lastN excludes startTime and endTime");
        }
        if (lastN != null && !lastN.matches("[1-9]\\d{0,3}")) {
            throw Refusal.invalid(List.of("lastN: number must be at least 1"));
        }
        int buckets = lastN == null ? DEFAULT_BUCKETS : Integer.parseInt(lastN);
        ZonedDateTime from = start.map(instant -> instant.atZone(ZoneOffset.UTC))
                .orElse(bucket.begin(now).minus(buckets - 1L, bucket.unit));
        ZonedDateTime to = end.map(instant -> instant.atZone(ZoneOffset.UTC)).orElse(now);
        String podId = context.queryParam("podId");

        List<Row> rows = rows(bucket, from, to, podId);
        Query query = new Query(from.toInstant(), to.toInstant(), bucket.name().toLowerCase(Locale.ROOT), podId);
        long unique = rows.stream().map(Row::podId).distinct().count();
        HttpFront.answer(context, 200, new Answer(rows, new Metadata(query, rows.size(), unique, totals(rows))));
    }

    private List<Row> rows(Bucket bucket, ZonedDateTime from, ZonedDateTime to, @Nullable String podId) {
        List<Row> rows = new ArrayList<>();
        List<Bill> bills = billing.bills().stream()
                .filter(bill -> podId == null || bill.podId().equals(podId))
                .toList();
        for (ZonedDateTime begin = bucket.begin(from); begin.isBefore(to); begin = begin.plus(1, bucket.unit)) {
            Instant first = begin.isBefore(from) ? from.toInstant() : begin.toInstant();
            ZonedDateTime next = begin.plus(1, bucket.unit);
            Instant last = next.isAfter(to) ? to.toInstant() : next.toInstant();
            for (Bill bill : bills) {
                BigDecimal cost = bill.cost(first, last);
                if (cost.signum() > 0) {
                    rows.add(new Row(
                            first,
                            last,
                            bill.podId(),
                            cost,
                            bill.onGpu() ? cost : BigDecimal.ZERO,
                            bill.onGpu() ? BigDecimal.ZERO : cost,
                            BigDecimal.ZERO));
                }
            }
        }
        return rows;
    }

    private static Amounts totals(List<Row> rows) {
        BigDecimal gpu = rows.stream().map(Row::gpuAmount).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal cpu = rows.stream().map(Row::cpuAmount).reduce(BigDecimal.ZERO, BigDecimal::add);
        return new Amounts(gpu.add(cpu), gpu, cpu, BigDecimal.ZERO);
    }

    private static Bucket bucket(@Nullable String text) {
        if (text == null) {
            return Bucket.DAY;
        }
        for (Bucket bucket : Bucket.values()) {
            if (bucket.name().toLowerCase(Locale.ROOT).equals(text)) {
                return bucket;
            }
        }
        throw Refusal.invalid(List.of("bucketSize: value must be one of 'hour', 'day', 'week', 'month', 'year'"));
    }

    private static Optional<Instant> instant(Context context, String name) {
        String text = context.queryParam(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException broken) {
            throw Refusal.invalid(List.of(name + ": string doesn't match the format \"date-time\""));
        }
    }
}
