package dev.podtrain.pod;

import dev.podtrain.base.Deadline;
import dev.podtrain.http.HttpApi;
import dev.podtrain.http.Json;
import dev.podtrain.http.JsonException;
import dev.podtrain.http.ServerEvent;
import dev.podtrain.http.StreamEnd;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One reading of one pod's log: a stream without an end, picked up after the last event when the connection is lost. */
public final class PodLog {
    /** More than the largest tail (5000), which is the most that a reconnect can repeat. */
    private static final int REMEMBERED_IDS = 6000;

    static final int LONGEST_LINE = 8192;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

    private final HttpApi http;
    private final PodId id;
    private final LogSource source;
    private final int tail;
    private final Set<String> seen = new LinkedHashSet<>();
    private @Nullable String lastEventId;
    private boolean gotSome;

    PodLog(HttpApi http, PodId id, LogSource source, int tail) {
        if (tail < 0 || tail > 5000) {
            throw new IllegalArgumentException("tail is 0 to 5000, not " + tail);
        }
        this.http = http;
        this.id = id;
        this.source = source;
        this.tail = tail;
    }

    void follow(Duration silence, Deadline deadline, Predicate<LogLine> wantsMore) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!deadline.hasPassed()) {
            StreamEnd end = connect(silence, deadline, wantsMore);
            if (end instanceof StreamEnd.Enough) {
                return;
            }
            pause = gotSome ? FIRST_PAUSE : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
            deadline.pause(pause);
        }
    }

    /**
     * The lines that have come since the last reading, or the tail at first: reads until the log has been silent for
     * {@code quiet} or the deadline passes.
     */
    public List<LogLine> newLines(Duration quiet, Deadline deadline) throws InterruptedException {
        LastLines lines = new LastLines();
        untilQuiet(quiet, deadline, line -> {
            lines.add(line);
            return true;
        });
        return lines.toList();
    }

    void untilQuiet(Duration quiet, Deadline deadline, Predicate<LogLine> wantsMore) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!deadline.hasPassed()) {
            StreamEnd end = connect(quiet, deadline, wantsMore);
            if (!(end instanceof StreamEnd.Closed)) {
                return;
            }
            deadline.pause(pause);
            pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    private StreamEnd connect(Duration quiet, Deadline deadline, Predicate<LogLine> wantsMore)
            throws InterruptedException {
        gotSome = false;
        return http.stream(
                PodCalls.log(id, source, tail),
                "read the " + source.wireName() + " log of pod " + id,
                lastEventId,
                quiet,
                deadline,
                event -> receive(event, wantsMore));
    }

    private boolean receive(ServerEvent event, Predicate<LogLine> wantsMore) {
        if (!event.id().isEmpty()) {
            lastEventId = event.id();
            if (!seen.add(event.id())) {
                return true;
            }
            forgetOldest();
        }
        gotSome = true;
        return line(event).map(wantsMore::test).orElse(true);
    }

    private void forgetOldest() {
        if (seen.size() > REMEMBERED_IDS) {
            Iterator<String> oldest = seen.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Empty for an event that is no log line: one odd line is no reason to lose the rest. */
    private Optional<LogLine> line(ServerEvent event) {
        try {
            Json json = Json.parse(event.data());
            return Optional.of(new LogLine(
                    json.find("ts").map(Json::instant).orElse(null),
                    source,
                    shortened(json.member("line").text())));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    /** Nobody reads more of a container's line, and many lines are kept at a time. */
    private static String shortened(String line) {
        return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
