package dev.podtrain.local;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Time;
import dev.podtrain.local.Faults.Call;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /v2/pods/ID/logs}: an event stream that ends only with the pod, the client or this program. */
final class LogRoutes {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);
    private static final int MOST_LINES = 5000;

    private final Time time;
    private final Pods pods;
    private final Faults faults;
    private volatile boolean closed;

    LogRoutes(Time time, Pods pods, Faults faults) {
        this.time = time;
        this.pods = pods;
        this.faults = faults;
    }

    void install(JavalinConfig config) {
        config.routes.get("/v2/pods/{id}/logs", this::stream);
    }

    /** Ends all streams soon. */
    void close() {
        closed = true;
    }

    private record Event(Instant ts, String source, String line) {}

    private void stream(Context context) throws IOException, InterruptedException {
        String id = context.pathParam("id");
        HttpFront.requireAccessTo(context, id);
        faults.refuse(Call.onPod("read-logs", pods.find(id).orElseThrow(Refusal::noSuchPod)));
        Predicate<PodLog.Line> wanted = ofSource(context.queryParam("source"));
        PodLog log = pods.log(id);
        log.refresh();
        long sent = begin(context, log, wanted);

        context.res().setStatus(200);
        context.res().setContentType("text/event-stream");
        context.res().setHeader("Cache-Control", "no-cache");
        context.res().setHeader("X-Accel-Buffering", "no");
        OutputStream out = context.res().getOutputStream();
        try {
            follow(id, log, wanted, sent, out);
        } catch (IOException clientLeft) {
            return;
        }
    }

    private void follow(String id, PodLog log, Predicate<PodLog.Line> wanted, long sentBefore, OutputStream out)
            throws IOException, InterruptedException {
        long sent = sentBefore;
        out.flush();
        Deadline quiet = Deadline.in(time, SIGN_OF_LIFE);
        while (!closed && pods.find(id).isPresent()) {
            log.refresh();
            List<PodLog.Line> news = log.after(sent);
            for (PodLog.Line line : news) {
                sent = line.number();
                if (wanted.test(line)) {
                    out.write(event(line));
                }
            }
            if (!news.isEmpty()) {
                out.flush();
                quiet = Deadline.in(time, SIGN_OF_LIFE);
            } else if (quiet.hasPassed()) {
                // A comment: without writing, a client that has gone would never be noticed.
                out.write(":\n\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
                quiet = Deadline.in(time, SIGN_OF_LIFE);
            }
            time.sleep(LOOK_AGAIN);
        }
    }

    private static byte[] event(PodLog.Line line) {
        String json = new String(Json.bytes(new Event(line.at(), line.source(), line.text())), StandardCharsets.UTF_8);
        return "id: %s/%012d\ndata: %s\n\n"
                .formatted(InstantModule.format(line.at()), line.number(), json)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Predicate<PodLog.Line> ofSource(@Nullable String source) {
        if (source == null) {
            return line -> true;
        }
        if (!source.equals("container") && !source.equals("system")) {
            throw Refusal.invalid(List.of("source: value must be one of 'container', 'system'"));
        }
        return line -> line.source().equals(source);
    }

    /** The number of the last line that is not to be sent. Last-Event-ID goes before since, since before tail. */
    private static long begin(Context context, PodLog log, Predicate<PodLog.Line> wanted) {
        String lastId = context.header("Last-Event-ID");
        if (lastId != null) {
            int slash = lastId.indexOf('/');
            if (slash >= 0 && lastId.substring(slash + 1).matches("\\d{1,18}")) {
                return Long.parseLong(lastId.substring(slash + 1));
            }
            return before(log, instant("Last-Event-ID", lastId).plusMillis(1));
        }
        String since = context.queryParam("since");
        if (since != null) {
            return before(log, instant("since", since));
        }
        int tail = tail(context.queryParam("tail"));
        List<PodLog.Line> past = log.all().stream().filter(wanted).toList();
        if (tail == 0 || past.isEmpty()) {
            return log.lastNumber();
        }
        return past.get(Math.max(0, past.size() - tail)).number() - 1;
    }

    private static long before(PodLog log, Instant since) {
        return log.all().stream()
                .filter(line -> !line.at().isBefore(since))
                .findFirst()
                .map(line -> line.number() - 1)
                .orElse(log.lastNumber());
    }

    private static Instant instant(String name, String text) {
        try {
            return java.time.OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException broken) {
            throw Refusal.invalid(List.of(name + ": string doesn't match the format \"date-time\""));
        }
    }

    private static int tail(@Nullable String text) {
        if (text == null) {
            return 100;
        }
        if (!text.matches("\\d{1,4}") || Integer.parseInt(text) > MOST_LINES) {
            throw Refusal.invalid(List.of("tail: number must be between 0 and " + MOST_LINES));
        }
        return Integer.parseInt(text);
    }
}
