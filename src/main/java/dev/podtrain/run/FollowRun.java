package dev.podtrain.run;

import dev.podtrain.base.Time;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.pod.PodId;
import dev.podtrain.ssh.FileFollower;
import dev.podtrain.ssh.FollowEnd;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Follows a run's log on its pod until the training is over or the pod is gone, and records how it ended. */
final class FollowRun {
    private static final Pattern BY_USER = Pattern.compile("(?i)\\bby user\\b");

    private final Cloud cloud;
    private final Ledger ledger;
    private final LogCopy copy;
    private final Time time;

    FollowRun(Cloud cloud, Ledger ledger, LogCopy copy, Time time) {
        this.cloud = cloud;
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
        if (sessions.loss() == Loss.UNREACHABLE) {
            return new LedgerEvent.Ended(time.now(), attempt.intent(), EndReason.UNREACHABLE, null);
        }
        Optional<LedgerEvent.Ended> told = toldByVolume(attempt, remote, sessions);
        if (told.isEmpty()) {
            PodId pod = new PodId(attempt.podId().orElseThrow());
            told = new GuardLog(cloud.pods(), time).outcome(pod, attempt.intent());
        }
        return told.isPresent() ? told.get() : toldByLog(attempt, sessions.loss());
    }

    /** The end of the log, if it has arrived here and is not that of an attempt before. */
    private LedgerEvent.Ended toldByLog(Attempt attempt, @Nullable Loss loss) throws InterruptedException {
        long begin = ledger.state()
                .flatMap(state -> state.attempt(attempt.intent()))
                .flatMap(now -> Optional.ofNullable(now.started()))
                .map(LedgerEvent.Started::logBytes)
                .orElse(Long.MAX_VALUE);
        Optional<LogReading.End> end =
                copy.size() > begin ? LogReading.end(copy.tail(LogReading.END_BYTES)) : Optional.empty();
        if (end.isPresent()) {
            return new LedgerEvent.Ended(
                    time.now(), attempt.intent(), end.get().reason(), end.get().exitCode());
        }
        EndReason reason = reasonFor(new PodId(attempt.podId().orElseThrow()), loss);
        return new LedgerEvent.Ended(time.now(), attempt.intent(), reason, null);
    }

    /** Where nothing tells how the training ended. At balance zero RunPod ends pods (its billing page, 2026-08-20). */
    private EndReason reasonFor(PodId pod, @Nullable Loss loss) throws InterruptedException {
        boolean broke = cloud.account()
                .balance()
                .filter(balance -> balance.balanceUsd().signum() <= 0)
                .isPresent();
        if (broke) {
            return EndReason.NO_BALANCE;
        }
        // A failed host shows as a stopped pod as well; who stopped it is told by GraphQL alone, while that lasts.
        boolean byUser = loss == Loss.STOPPED
                && cloud.account()
                        .lastStatusChange(pod)
                        .filter(change -> BY_USER.matcher(change).find())
                        .isPresent();
        return byUser ? EndReason.STOPPED_ELSEWHERE : EndReason.LOST;
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
