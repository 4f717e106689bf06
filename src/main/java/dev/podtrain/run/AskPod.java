package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.Pod;
import dev.podtrain.script.TrainStatus;
import dev.podtrain.ssh.RemoteResult;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Asks a pod about its training, or to end it, where this machine has the key of its run. */
final class AskPod {
    private static final Duration LOG_IN_LIMIT = Duration.ofSeconds(20);
    private static final Duration BEYOND_GRACE = Duration.ofSeconds(15);
    private static final String SAVE_GRACE = "POD_TRAIN_SAVE_GRACE";

    /** What the scripts on the pod take without a setting. */
    private static final Duration USUAL_SAVE_GRACE = Duration.ofSeconds(60);

    private final Cloud cloud;
    private final RunStore store;
    private final Time time;

    AskPod(Cloud cloud, RunStore store, Time time) {
        this.cloud = cloud;
        this.store = store;
        this.time = time;
    }

    /** Whether the pod says that it trains; false if it cannot be asked. */
    boolean isTraining(Pod pod, RunId run) throws InterruptedException {
        if (!canBeAsked(pod, run)) {
            return false;
        }
        try (SshSession session = logIn(pod, run)) {
            return RemoteStatus.read(session, RemoteRun.of(run), time)
                    .filter(TrainStatus::session)
                    .isPresent();
        } catch (SshException | ProblemException e) {
            return false;
        }
    }

    /** Lets the trainer save and end. Why it could not be asked, if it could not. */
    Optional<String> stop(Pod pod, RunId run) throws InterruptedException {
        if (!canBeAsked(pod, run)) {
            return Optional.of("its trainer cannot be asked to save from here");
        }
        try (SshSession session = logIn(pod, run)) {
            Deadline deadline = Deadline.in(time, saveGrace(pod).plus(BEYOND_GRACE));
            RemoteResult result = session.exec(List.of("bash", RemoteRun.of(run).trainScript(), "stop"), deadline);
            return result.exitStatus() == 0 ? Optional.empty() : Optional.of("its trainer did not end when asked");
        } catch (SshException | ProblemException e) {
            return Optional.of("its trainer could not be asked to save: " + e.getMessage());
        }
    }

    private boolean canBeAsked(Pod pod, RunId run) {
        return pod.isReady() && Files.exists(store.privateKey(run));
    }

    private SshSession logIn(Pod pod, RunId run) throws InterruptedException, SshException {
        return new PodConnection(cloud.pods(), cloud.ssh(), store.privateKey(run), false, time)
                .logIn(pod, Deadline.in(time, LOG_IN_LIMIT));
    }

    private static Duration saveGrace(Pod pod) {
        String seconds = pod.env().getOrDefault(SAVE_GRACE, "");
        return seconds.matches("[0-9]{1,4}") ? Duration.ofSeconds(Long.parseLong(seconds)) : USUAL_SAVE_GRACE;
    }
}
