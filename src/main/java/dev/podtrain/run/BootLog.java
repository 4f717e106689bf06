package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.pod.LogLine;
import dev.podtrain.pod.LogSource;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import dev.podtrain.pod.PodLog;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A booting pod's system log, which tells of the image's pull and of what keeps the container from starting. */
final class BootLog {
    private static final int TAIL = 50;

    /** A pod that is up sooner needs no narration, and reading takes time of its own. */
    private static final Duration FIRST_READING = Duration.ofSeconds(4);

    /** Log lines carry whole seconds, starts milliseconds (RunPod's log description, 2026-08-20). */
    private static final Duration CLOCK_GRAIN = Duration.ofSeconds(1);

    private static final Duration SILENCE = Duration.ofMillis(700);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final PodLog log;
    private final Deadline first;
    private final Time time;
    private final RunListener listener;
    private final Set<String> seen = new HashSet<>();
    private String lastLine = "empty so far";
    private Optional<BootError.Found> error = Optional.empty();

    BootLog(PodApi pods, PodId id, Time time, RunListener listener) {
        this.log = pods.log(id, LogSource.SYSTEM, TAIL);
        this.first = Deadline.in(time, FIRST_READING);
        this.time = time;
        this.listener = listener;
    }

    /**
     * Reports the lines that are new; tells whether one says something that was not said before.
     *
     * @param since when this boot began; an earlier one of the same pod may have left errors in the log
     */
    boolean read(@Nullable Instant since) throws InterruptedException {
        if (!first.hasPassed()) {
            return false;
        }
        List<LogLine> lines;
        try {
            lines = log.newLines(SILENCE, Deadline.in(time, LIMIT));
        } catch (ProblemException e) {
            // Only decoration: the wait itself reports what matters.
            lastLine = "cannot be read: " + e.problem().why();
            return false;
        }
        boolean progress = false;
        for (LogLine line : lines) {
            if (since != null && line.at() != null && line.at().isBefore(since.minus(CLOCK_GRAIN))) {
                continue;
            }
            lastLine = line.text();
            listener.report(line.text());
            progress |= seen.add(line.text());
            if (error.isEmpty()) {
                error = BootError.in(line.text());
            }
        }
        return progress;
    }

    Optional<BootError.Found> error() {
        return error;
    }

    String lastLine() {
        return lastLine;
    }
}
