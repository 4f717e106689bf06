package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.config.Settings;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodId;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Ends a run: lets the trainer save, fetches the end of its log, then ends the pod whatever the trainer did. */
final class StopRun {
    private static final Duration LOG_IN_LIMIT = Duration.ofSeconds(20);
    private static final Duration BEYOND_GRACE = Duration.ofSeconds(15);

    private final RunAccess access;
    private final RunStore store;
    private final Time time;

    StopRun(RunAccess access, RunStore store, Time time) {
        this.access = access;
        this.store = store;
        this.time = time;
    }

    RunOperations.StopResult stop(RunState run, boolean terminate, Progress progress) throws InterruptedException {
        Attempt last = run.current().orElseThrow(() -> nothingToStop(run));
        Settings settings = settings(run);
        Ledger ledger = store.ledger(run.id());
        try (Cloud cloud = access.cloud(run, settings, progress)) {
            Optional<LivePod> live = new Survey(cloud, store, run.id(), time).livePod(progress);
            if (live.isEmpty()) {
                boolean removed = terminate && deleteStopped(last, cloud, ledger, progress);
                return new RunOperations.StopResult(receipt(run, ledger, last.intent()), !removed);
            }
            Attempt attempt = live.get().attempt();
            askTrainer(run, settings, cloud, live.get().pod(), attempt, ledger, progress);
            progress.report((terminate ? "terminating pod " : "stopping pod ")
                    + live.get().pod().id());
            boolean seen = new EndPod(cloud.pods(), ledger, time, progress).endNow(attempt, terminate);
            if (!seen) {
                throw notConfirmed(live.get().pod().id());
            }
            return new RunOperations.StopResult(receipt(run, ledger, attempt.intent()), false);
        }
    }

    /** Without settings nobody is asked to stop anything, and that must not read as if nothing ran. */
    private Settings settings(RunState run) {
        try {
            return access.settings(run);
        } catch (ProblemException e) {
            throw new ProblemException(
                    e.problem()
                            .leaving(
                                    "nothing was stopped: what runs is billed as before; 'pod-train sweep --stop --all' needs"
                                            + " no setting but the key, RunPod's console none"),
                    e);
        }
    }

    /** A stopped pod's disks are billed until it is deleted. */
    private boolean deleteStopped(Attempt last, Cloud cloud, Ledger ledger, Progress progress)
            throws InterruptedException {
        if (last.podId().isEmpty()) {
            return false;
        }
        PodId id = new PodId(last.podId().get());
        if (cloud.pods().find(id).isEmpty()) {
            return false;
        }
        progress.report("terminating the stopped pod " + id);
        cloud.pods().terminate(id);
        ledger.append(new LedgerEvent.PodEnded(time.now(), last.intent(), id.value(), "terminated"));
        return true;
    }

    /** Failing to reach the trainer does not keep the pod alive: the user asked for its end. */
    private void askTrainer(
            RunState run, Settings settings, Cloud cloud, Pod pod, Attempt attempt, Ledger ledger, Progress progress)
            throws InterruptedException {
        if (!pod.isReady()) {
            // Before the pod ends: whoever launches it must not take that for a failed boot and rent another one.
            ledger.append(
                    attempt.started() == null
                            ? new LedgerEvent.Ended(time.now(), attempt.intent(), EndReason.NOT_STARTED, null)
                            : stopped(attempt));
            return;
        }
        RemoteRun remote = RemoteRun.of(run.id());
        Duration patience = settings.limits().saveGrace().plus(BEYOND_GRACE);
        try (SshSession session = access.connection(run, settings, cloud).logIn(pod, Deadline.in(time, LOG_IN_LIMIT))) {
            progress.report("asking the trainer to save and end (at most "
                    + Durations.text(settings.limits().saveGrace()) + ")");
            Deadline deadline = Deadline.in(time, patience);
            session.exec(List.of("bash", remote.trainScript(), "stop"), deadline);
            LogFetch.into(new LogCopy(store.logCopy(run.id())), session, remote.log(), deadline);
            Optional<LedgerEvent.Ended> ended = RemoteStatus.ended(session, remote, attempt.intent(), time);
            if (ended.isPresent() || attempt.started() != null) {
                ledger.append(ended.orElseGet(() -> stopped(attempt)));
            }
        } catch (SshException | ProblemException e) {
            progress.warn("the trainer could not be asked to save: " + e.getMessage());
            ledger.append(stopped(attempt));
        }
    }

    private LedgerEvent.Ended stopped(Attempt attempt) {
        return new LedgerEvent.Ended(time.now(), attempt.intent(), EndReason.STOPPED, null);
    }

    private Receipt receipt(RunState run, Ledger ledger, String intent) {
        Attempt attempt = ledger.state().flatMap(state -> state.attempt(intent)).orElseThrow();
        return Receipts.of(store, run.id(), run.definition().local(), attempt, time.now());
    }

    private static ProblemException nothingToStop(RunState run) {
        return new ProblemException(Problem.usage(
                "run " + run.id() + " has nothing to stop",
                "no pod was ever rented for it",
                "'pod-train runs' shows all runs"));
    }

    private static ProblemException notConfirmed(PodId pod) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "the end of pod " + pod + " was not confirmed",
                "the request was accepted, but the provider still shows the pod as running",
                "run 'pod-train stop' again, or end it in RunPod's console",
                "pod " + pod + " may be billed"));
    }
}
