package dev.podtrain.run;

import dev.podtrain.base.Time;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import dev.podtrain.ssh.FileFollower;
import dev.podtrain.ssh.FollowEnd;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.util.Optional;

/** Follows a run's log on its pod until the training is over or the pod is gone, and records how it ended. */
final class FollowRun {
    private static final int TAIL_BYTES = 64;

    private final PodApi pods;
    private final Ledger ledger;
    private final LogCopy copy;
    private final Time time;

    FollowRun(PodApi pods, Ledger ledger, LogCopy copy, Time time) {
        this.pods = pods;
        this.ledger = ledger;
        this.copy = copy;
        this.time = time;
    }

    /**
     * Returns when the training is over, with its end recorded in the ledger.
     *
     * @param sink gets every byte that is not in this machine's copy yet, once and in order
     */
    LedgerEvent.Ended follow(Attempt attempt, RemoteRun remote, PodSessions sessions, RunOperations.LogSink sink)
            throws InterruptedException {
        FileFollower follower = new FileFollower(sessions, time);
        FollowEnd end = follower.follow(remote.log(), remote.pidFile(), copy.size(), (offset, bytes, length) -> {
            copy.append(offset, bytes, length);
            sink.accept(offset, bytes, length);
        });
        if (end instanceof FollowEnd.Shorter) {
            // Somebody emptied the volume: the old log stays here under another name, the new one is read whole.
            copy.putAside("before-" + attempt.intent());
            return follow(attempt, remote, sessions, sink);
        }
        LedgerEvent.Ended ended = howItEnded(attempt, remote, sessions);
        ledger.append(ended);
        return ended;
    }

    private LedgerEvent.Ended howItEnded(Attempt attempt, RemoteRun remote, PodSessions sessions)
            throws InterruptedException {
        Optional<LedgerEvent.Ended> told = toldByVolume(attempt, remote, sessions);
        if (told.isEmpty()) {
            PodId pod = new PodId(attempt.podId().orElseThrow());
            told = new GuardLog(pods, time).outcome(pod, attempt.intent());
        }
        return told.orElseGet(() -> toldByLog(attempt));
    }

    /** The end of the log, if it has arrived here and is not that of an attempt before. */
    private LedgerEvent.Ended toldByLog(Attempt attempt) {
        long begin = ledger.state()
                .flatMap(state -> state.attempt(attempt.intent()))
                .flatMap(now -> Optional.ofNullable(now.started()))
                .map(LedgerEvent.Started::logBytes)
                .orElse(Long.MAX_VALUE);
        Optional<Integer> code = copy.size() > begin ? LogReading.exitCode(copy.tail(TAIL_BYTES)) : Optional.empty();
        EndReason reason =
                code.map(c -> c == 0 ? EndReason.FINISHED : EndReason.FAILED).orElse(EndReason.LOST);
        return new LedgerEvent.Ended(time.now(), attempt.intent(), reason, code.orElse(null));
    }

    private Optional<LedgerEvent.Ended> toldByVolume(Attempt attempt, RemoteRun remote, PodSessions sessions)
            throws InterruptedException {
        Optional<SshSession> session = sessions.next(Optional.empty());
        if (session.isEmpty()) {
            return Optional.empty();
        }
        try {
            return RemoteStatus.ended(session.get(), remote, attempt.intent(), time);
        } catch (SshException e) {
            // The pod ended between the log's last line and this question: its container log tells.
            return Optional.empty();
        }
    }
}
