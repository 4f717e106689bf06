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

    private static final String GUARD = "pod-train guard: ";
    private static final String ARMED = GUARD + "armed";

    /** Log lines carry whole seconds (RunPod's log description, 2026-08-20). */
    private static final Duration CLOCK_GRAIN = Duration.ofSeconds(1);

    private final PodApi pods;
    private final Time time;

    /**
     * What the guard of an ended pod told.
     *
     * @param ended how the training ended
     * @param lastWord when the guard was last heard, at the latest: after it has told the outcome it speaks at each of its
     *     tries to end the pod, so the pod ended with the last one
     */
    record Told(LedgerEvent.Ended ended, Instant lastWord) {}

    GuardLog(PodApi pods, Time time) {
        this.pods = pods;
        this.time = time;
    }

    /** The recorded end of this intent's training; empty if the log does not tell or cannot be had. */
    Optional<LedgerEvent.Ended> outcome(PodId pod, String intent) throws InterruptedException {
        return told(pod, intent).map(Told::ended);
    }

    /** The same, with the time at which the guard of that pod, which has ended, was last heard. */
    Optional<Told> told(PodId pod, String intent) throws InterruptedException {
        List<LogLine> lines;
        try {
            lines = pods.logSnapshot(pod, LogSource.CONTAINER, TAIL, SILENCE, Deadline.in(time, LIMIT));
        } catch (ProblemException e) {
            // The log is one of several ways to learn it; how long the provider keeps it is not documented.
            return Optional.empty();
        }
        Optional<LedgerEvent.Ended> ended = Optional.empty();
        Instant lastWord = time.now();
        for (LogLine line : lines) {
            Instant at = line.at() == null ? time.now() : line.at();
            Matcher matcher = OUTCOME.matcher(line.text());
            if (ended.isEmpty() && matcher.find() && matcher.group(1).equals(intent)) {
                ended = Optional.of(ended(matcher, at));
            }
            if (ended.isPresent() && line.text().startsWith(ARMED)) {
                // The pod was started again.
                break;
            }
            if (line.text().startsWith(GUARD)) {
                lastWord = at.plus(CLOCK_GRAIN);
            }
        }
        Instant heard = lastWord;
        return ended.map(told -> new Told(told, heard));
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
