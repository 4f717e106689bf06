package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.pod.LogLine;
import dev.podtrain.pod.LogSource;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a pod's container log how its training ended. The guard prints it there before it ends the pod, and the
 * provider keeps the log of a stopped pod: so the outcome is known without renting anything.
 */
final class GuardLog {
    private static final Pattern OUTCOME =
            Pattern.compile("pod-train guard: outcome run=\\S+ intent=(\\S+) reason=([a-z]+) exit_code=(\\d+|none)");
    private static final Pattern EXIT_CODE = Pattern.compile("\\d{1,3}");
    private static final int TAIL = 500;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private final PodApi pods;
    private final Time time;

    GuardLog(PodApi pods, Time time) {
        this.pods = pods;
        this.time = time;
    }

    /** The recorded end of this intent's training; empty if the log does not tell or cannot be had. */
    Optional<LedgerEvent.Ended> outcome(PodId pod, String intent) throws InterruptedException {
        List<LogLine> lines;
        try {
            lines = pods.logSnapshot(pod, LogSource.CONTAINER, TAIL, SILENCE, Deadline.in(time, LIMIT));
        } catch (ProblemException e) {
            // The log is one of several ways to learn it; how long the provider keeps it is not documented.
            return Optional.empty();
        }
        for (LogLine line : lines) {
            Matcher matcher = OUTCOME.matcher(line.text());
            if (matcher.find() && matcher.group(1).equals(intent)) {
                return Optional.of(ended(matcher, line.at() == null ? time.now() : line.at()));
            }
        }
        return Optional.empty();
    }

    private static LedgerEvent.Ended ended(Matcher matcher, Instant at) {
        return new LedgerEvent.Ended(
                at, matcher.group(1), EndReason.ofWord(matcher.group(2)), exitCode(matcher.group(3)));
    }

    /** Null for {@code none}, and for what no process ends with: anybody can print such a line. */
    static @Nullable Integer exitCode(String code) {
        return EXIT_CODE.matcher(code).matches() ? Integer.valueOf(code) : null;
    }
}
