package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import dev.podtrain.ssh.SessionSource;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sessions to one pod for as long as the pod lives: when a connection is lost it logs in again, and gives up only when
 * the provider shows the pod as ended, or when nothing could be reached for an hour.
 */
final class PodSessions implements SessionSource, AutoCloseable {
    private static final Duration LOG_IN_LIMIT = Duration.ofSeconds(15);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofHours(1);

    /** One 404 may be a hiccup of the API; a second one, a pause later, is not (a terminated pod stays away). */
    private static final int ABSENCES_UNTIL_GONE = 2;

    private final PodApi pods;
    private final PodId pod;
    private final PodConnection connection;
    private final Time time;
    private final Progress progress;
    private @Nullable SshSession current;

    PodSessions(
            PodApi pods,
            PodId pod,
            PodConnection connection,
            @Nullable SshSession current,
            Time time,
            Progress progress) {
        this.pods = pods;
        this.pod = pod;
        this.connection = connection;
        this.current = current;
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
        Deadline patience = Deadline.in(time, PATIENCE);
        Duration pause = FIRST_PAUSE;
        int absences = 0;
        boolean told = false;
        while (!patience.hasPassed()) {
            try {
                Optional<Pod> found = pods.find(pod);
                absences = found.isPresent() ? 0 : absences + 1;
                if (absences >= ABSENCES_UNTIL_GONE
                        || found.filter(p -> p.status().isEnded()).isPresent()) {
                    return Optional.empty();
                }
                if (found.isPresent() && found.get().isReady()) {
                    SshSession session = connection.logIn(found.get(), Deadline.in(time, LOG_IN_LIMIT));
                    current = session;
                    return Optional.of(session);
                }
            } catch (SshException e) {
                told = tell(told, e.getMessage());
            } catch (ProblemException e) {
                told = tell(told, e.problem().why());
            }
            patience.pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
        return Optional.empty();
    }

    private boolean tell(boolean told, @Nullable String reason) {
        if (!told) {
            progress.warn(
                    "no connection to pod " + pod + " (" + reason + "); the training goes on there, trying again");
        }
        return true;
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
