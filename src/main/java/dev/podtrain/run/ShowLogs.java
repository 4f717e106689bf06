package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.config.Settings;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.Pod;
import dev.podtrain.script.TrainStatus;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.time.Duration;
import java.util.Optional;

/**
 * Shows a run's log: what this machine has of it, then what is new on the pod, and with {@code follow} everything until
 * the training ends. The pod is asked only if it lives; the copy of a run that is over is enough.
 */
final class ShowLogs {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final RunAccess access;
    private final RunStore store;
    private final Time time;

    ShowLogs(RunAccess access, RunStore store, Time time) {
        this.access = access;
        this.store = store;
        this.time = time;
    }

    RunOperations.LogsResult show(
            RunState run, RunOperations.LogsRequest request, RunOperations.LogSink sink, Progress progress)
            throws InterruptedException {
        LogCopy copy = new LogCopy(store.logCopy(run.id()));
        if (run.maybeBilled().isEmpty()) {
            return withoutPod(run, request, copy, sink, progress);
        }
        Settings settings = access.settings(run);
        Ledger ledger = store.ledger(run.id());
        try (Cloud cloud = access.cloud(run, settings, progress)) {
            Optional<LivePod> live = new Survey(cloud, store, run.id(), time).livePod(progress);
            if (live.isEmpty()) {
                return withoutPod(ledger.state().orElse(run), request, copy, sink, progress);
            }
            PodConnection connection = access.connection(run, settings, cloud);
            Pod pod = live.get().pod();
            try (PodSessions sessions =
                    new PodSessions(cloud.pods(), pod.id(), connection, null, false, time, progress)) {
                Attempt attempt = live.get().attempt();
                boolean begun = fetch(run, attempt, ledger, copy, sessions);
                copy.read(start(copy, request), sink);
                if (!begun) {
                    progress.warn("the training on pod " + pod.id()
                            + " has not begun: the command that launches it is at work,"
                            + " or was cut short and goes on when it is typed again");
                    return new RunOperations.LogsResult(run, copy.size(), false);
                }
                if (request.follow()) {
                    new FollowRun(cloud, ledger, copy, time).follow(attempt, RemoteRun.of(run.id()), sessions, sink);
                }
            }
            RunState now = ledger.state().orElse(run);
            return new RunOperations.LogsResult(now, copy.size(), request.follow());
        }
    }

    /** No pod can be asked: what is here is shown, and what may be missing is said. */
    private static RunOperations.LogsResult withoutPod(
            RunState run,
            RunOperations.LogsRequest request,
            LogCopy copy,
            RunOperations.LogSink sink,
            Progress progress) {
        copy.read(start(copy, request), sink);
        boolean trained = run.current().filter(last -> last.started() != null).isPresent();
        if (trained && LogReading.end(copy.tail(LogReading.END_BYTES)).isEmpty()) {
            progress.warn(
                    "this machine's copy of the log has no end, and the run's pod is gone: the whole log is on the"
                            + " network volume; where that has S3, 'pod-train pull --run " + run.id() + " "
                            + RemoteRun.of(run.id()).log() + " .' brings it here");
        }
        return new RunOperations.LogsResult(run, copy.size(), true);
    }

    private static long start(LogCopy copy, RunOperations.LogsRequest request) {
        if (request.sinceOffset() >= 0) {
            return Math.min(request.sinceOffset(), copy.size());
        }
        return request.tail() < 0 ? 0 : copy.offsetOfLast(request.tail());
    }

    /** Brings the copy up to what the pod has now; tells whether the attempt's training has begun. */
    private boolean fetch(RunState run, Attempt attempt, Ledger ledger, LogCopy copy, PodSessions sessions)
            throws InterruptedException {
        boolean begun = attempt.started() != null;
        Optional<SshSession> session = sessions.next(Optional.empty());
        if (session.isEmpty()) {
            return begun;
        }
        RemoteRun remote = RemoteRun.of(run.id());
        try {
            if (!begun) {
                // Launched from another machine, or the launch was cut short before it could be written down.
                Optional<TrainStatus> status = RemoteStatus.read(session.get(), remote, time)
                        .filter(s -> s.isUnderWay(attempt.intent()) || s.isEnded(attempt.intent()));
                if (status.isEmpty()) {
                    return false;
                }
                ledger.append(RemoteStatus.started(status, attempt.intent(), time.now()));
            }
            LogFetch.into(copy, session.get(), remote.log(), Deadline.in(time, LIMIT));
        } catch (SshException e) {
            // Following, or the next call, goes on from the byte after the last one that is here.
            return begun;
        }
        return true;
    }
}
