package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import dev.podtrain.pod.PodStatus;
import dev.podtrain.ssh.SessionSource;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sessions to one pod for as long as the pod lives: when a connection is lost it logs in again, and gives up only when
 * the provider shows the pod as ended or, if that is wanted, when a pod that is shown as running has not answered for
 * minutes. A provider that cannot be asked proves nothing: the network here may be down.
 */
final class PodSessions implements SessionSource, AutoCloseable {
    private static final Duration LOG_IN_LIMIT = Duration.ofSeconds(15);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofHours(1);

    /**
     * So long without a login to a pod that the provider shows as up, and the user hears of it: with the silence before
     * and a try at its end that is under 45 s.
     */
    private static final Duration SUSPICION = Duration.ofSeconds(20);

    /** And so long, and the pod is given up where the caller wants that: a router's restart is shorter. */
    private static final Duration UNREACHABLE = Duration.ofMinutes(5);

    private final PodApi pods;
    private final PodId pod;
    private final PodConnection connection;
    private final boolean leaveUnreachable;
    private final Time time;
    private final Progress progress;
    private @Nullable SshSession current;
    private @Nullable Loss loss;

    /**
     * @param current an open session to begin with
     * @param leaveUnreachable whether to give up a pod that the provider shows as running and that does not answer
     */
    PodSessions(
            PodApi pods,
            PodId pod,
            PodConnection connection,
            @Nullable SshSession current,
            boolean leaveUnreachable,
            Time time,
            Progress progress) {
        this.pods = pods;
        this.pod = pod;
        this.connection = connection;
        this.current = current;
        this.leaveUnreachable = leaveUnreachable;
        this.time = time;
        this.progress = progress;
    }

    /** The open session, or a new one; empty once the pod has ended. */
    @Override
    public Optional<SshSession> next(Optional<SshException> lastFailure) throws InterruptedException {
        SshSession open = current;
        if (open != null && open.isOpen() && lastFailure.isEmpty()) {
            return Optional.of(open);
        }
        close();
        if (loss != null) {
            return Optional.empty();
        }
        Search search = new Search();
        while (true) {
            Optional<SshSession> session = search.look();
            if (session.isPresent() || loss != null) {
                current = session.orElse(null);
                return session;
            }
            search.pause();
        }
    }

    /** How the pod was lost; null as long as it was not. */
    @Nullable
    Loss loss() {
        return loss;
    }

    /** One search for a connection, from the loss of the last one. */
    private final class Search {
        private final Deadline patience = Deadline.in(time, PATIENCE);
        private @Nullable Deadline suspicion;
        private @Nullable Deadline unreachable;
        private Duration pause = FIRST_PAUSE;
        private boolean told;

        /** One look; sets {@link #loss} if that decides it. */
        Optional<SshSession> look() throws InterruptedException {
            try {
                Optional<Pod> found = pods.find(pod);
                if (found.isEmpty()) {
                    loss = Loss.GONE;
                } else if (found.get().status().isEnded()) {
                    loss = found.get().status() == PodStatus.TERMINATED ? Loss.GONE : Loss.STOPPED;
                } else {
                    return logIn(found.get());
                }
            } catch (ProblemException e) {
                // Without the provider's word nothing is known of the pod: whatever was suspected begins anew.
                suspicion = null;
                unreachable = null;
                tell(e.problem().why());
            }
            return Optional.empty();
        }

        private Optional<SshSession> logIn(Pod up) throws InterruptedException {
            if (suspicion == null) {
                suspicion = Deadline.in(time, SUSPICION);
                unreachable = Deadline.in(time, UNREACHABLE);
            }
            try {
                if (up.isReady()) {
                    return Optional.of(connection.logIn(up, Deadline.in(time, LOG_IN_LIMIT)));
                }
                tell("the provider shows no container");
            } catch (SshException e) {
                tell(e.getMessage());
            }
            if (suspicion != null && suspicion.hasPassed()) {
                progress.warn("pod " + pod + " has not answered for " + Durations.text(SUSPICION)
                        + " although the provider shows it as running"
                        + (leaveUnreachable
                                ? ": it is given up after " + Durations.text(UNREACHABLE)
                                : "; 'pod-train stop' ends it, the same launch command then resumes on another pod"));
                suspicion = Deadline.in(time, UNREACHABLE);
            }
            if (leaveUnreachable && unreachable != null && unreachable.hasPassed()) {
                loss = Loss.UNREACHABLE;
            }
            return Optional.empty();
        }

        void pause() throws InterruptedException {
            if (patience.hasPassed()) {
                throw lostContact();
            }
            patience.pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }

        private void tell(@Nullable String reason) {
            if (!told) {
                progress.warn(
                        "no connection to pod " + pod + " (" + reason + "); the training goes on there, trying again");
                told = true;
            }
        }
    }

    private ProblemException lostContact() {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "contact with pod " + pod + " was lost",
                "it could not be reached for " + Durations.text(PATIENCE),
                "when the network is back: 'pod-train status' shows what became of it, 'pod-train logs -f' follows it"
                        + " again, 'pod-train stop' ends it",
                "pod " + pod + " may go on and be billed; its guard ends it when the training is over or a limit is"
                        + " reached"));
    }

    @Override
    public void close() {
        SshSession open = current;
        if (open != null) {
            open.close();
            current = null;
        }
    }
}
