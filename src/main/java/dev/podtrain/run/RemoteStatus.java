package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.script.TrainStatus;
import dev.podtrain.ssh.RemoteResult;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Asks a pod what its volume says of a run. */
final class RemoteStatus {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private RemoteStatus() {}

    /** Empty if nothing of this run was ever put on the volume. */
    static Optional<TrainStatus> read(SshSession session, RemoteRun remote, Time time)
            throws InterruptedException, SshException {
        RemoteResult result = session.exec(List.of("bash", remote.trainScript(), "status"), Deadline.in(time, LIMIT));
        return result.exitStatus() == 0 ? TrainStatus.parse(result.stdout()) : Optional.empty();
    }

    /** How long the run's log is; asked on its own, because the whole status takes a tenth of a second. */
    static long logBytes(SshSession session, RemoteRun remote, Time time) throws InterruptedException, SshException {
        RemoteResult size = session.exec(List.of("stat", "-c", "%s", remote.log()), Deadline.in(time, LIMIT));
        String digits = size.stdout().strip();
        return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : Long.MAX_VALUE;
    }

    /** The event of a training that is under way, from what the volume says of it, if it could be asked. */
    static LedgerEvent.Started started(Optional<TrainStatus> status, String intent, Instant now) {
        return new LedgerEvent.Started(
                now,
                intent,
                status.map(TrainStatus::resumedFrom).orElse(null),
                status.map(TrainStatus::logBytes).orElse(Long.MAX_VALUE));
    }

    /** How the training of this intent ended, if the volume says that it did. */
    static Optional<LedgerEvent.Ended> ended(SshSession session, RemoteRun remote, String intent, Time time)
            throws InterruptedException, SshException {
        return read(session, remote, time)
                .filter(status -> status.isEnded(intent))
                .map(status -> new LedgerEvent.Ended(
                        time.now(), intent, EndReason.ofWord(String.valueOf(status.reason())), status.exitCode()));
    }
}
