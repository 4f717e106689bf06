package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.config.Settings;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.Pod;
import dev.podtrain.script.TrainStatus;
import dev.podtrain.ssh.RemoteResult;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells where a run stands: at once from what this machine knows, or after asking the provider and the pod. */
final class ShowStatus {
    private static final Duration LOG_IN_LIMIT = Duration.ofSeconds(15);
    private static final int TAIL_BYTES = 16 * 1024;

    private final RunAccess access;
    private final RunStore store;
    private final Time time;

    ShowStatus(RunAccess access, RunStore store, Time time) {
        this.access = access;
        this.store = store;
        this.time = time;
    }

    /** From this machine's ledger and copy of the log alone. */
    static StatusReport known(RunState run, RunStore store, Time time) {
        return report(run, time, false, null, stepKnown(run, store), null, null);
    }

    /** With the provider asked, the ledger brought up to date, and the pod asked if it runs. */
    StatusReport refreshed(RunState run, Progress progress) throws InterruptedException {
        try {
            Settings settings = access.settings(run);
            try (Cloud cloud = access.cloud(run, settings, progress)) {
                Optional<LivePod> live = new Survey(cloud, store, run.id(), time).livePod(progress);
                RunState current = store.ledger(run.id()).state().orElse(run);
                if (live.isEmpty()) {
                    return report(current, time, true, null, stepKnown(current, store), null, null);
                }
                return askPod(current, settings, cloud, live.get().pod());
            }
        } catch (ProblemException e) {
            return report(
                    run,
                    time,
                    false,
                    null,
                    stepKnown(run, store),
                    null,
                    e.problem().what() + ": " + e.problem().why());
        }
    }

    /** From this machine's copy of the log, whose steps are an earlier attempt's while the newest has not started. */
    private static Optional<Long> stepKnown(RunState run, RunStore store) {
        return run.current()
                .filter(attempt -> attempt.started() != null)
                .flatMap(attempt -> LogReading.newestStep(new LogCopy(store.logCopy(run.id())).tail(TAIL_BYTES)));
    }

    private StatusReport askPod(RunState run, Settings settings, Cloud cloud, Pod pod) throws InterruptedException {
        String podStatus = pod.status().name().toLowerCase(Locale.ROOT);
        if (!pod.isReady()) {
            return report(run, time, true, podStatus, Optional.empty(), null, null);
        }
        RemoteRun remote = RemoteRun.of(run.id());
        try (SshSession session = access.connection(run, settings, cloud).logIn(pod, Deadline.in(time, LOG_IN_LIMIT))) {
            Optional<TrainStatus> status = RemoteStatus.read(session, remote, time);
            RemoteResult tail = session.exec(
                    List.of("tail", "-c", Integer.toString(TAIL_BYTES), remote.log()), Deadline.in(time, LOG_IN_LIMIT));
            Optional<Long> step = LogReading.newestStep(tail.stdout().getBytes(StandardCharsets.UTF_8));
            String checkpoint = status.map(TrainStatus::newestCheckpoint).orElse(null);
            return report(run, time, true, podStatus, step, checkpoint, null);
        } catch (SshException e) {
            return report(
                    run, time, true, podStatus, Optional.empty(), null, "the pod does not answer: " + e.getMessage());
        }
    }

    private static StatusReport report(
            RunState run,
            Time time,
            boolean refreshed,
            @Nullable String podStatus,
            Optional<Long> step,
            @Nullable String checkpoint,
            @Nullable String problem) {
        Optional<Attempt> attempt = run.current();
        String phase =
                attempt.map(a -> a.phase().name().toLowerCase(Locale.ROOT)).orElse("none");
        String resumedFrom = attempt.flatMap(a -> Optional.ofNullable(a.started()))
                .map(started -> started.resumedFrom())
                .orElse(null);
        return new StatusReport(
                run,
                time.now(),
                refreshed,
                phase,
                step.orElse(null),
                checkpoint == null ? resumedFrom : checkpoint,
                podStatus,
                run.costUsd(time.now()),
                problem);
    }
}
