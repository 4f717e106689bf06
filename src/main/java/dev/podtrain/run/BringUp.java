package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Secret;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.script.TrainStatus;
import dev.podtrain.ssh.SshException;
import dev.podtrain.transfer.CodeSync;
import dev.podtrain.transfer.GitCheckout;
import dev.podtrain.transfer.GitHead;
import dev.podtrain.transfer.SyncReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** From a plan that was agreed to, to a training that runs on a pod. */
final class BringUp {
    private static final Duration SYNC_LIMIT = Duration.ofMinutes(30);
    private static final Duration ENDING_LIMIT = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    /** What a pod and its code were brought to. */
    sealed interface Result {
        /** The training runs, or has just ended: it can be followed. */
        record Running(StagedPod pod) implements Result {}

        /** The pod that was there ended on its own while it was being reached. */
        record EndedMeanwhile() implements Result {}

        /** The volume shows that it had finished before, unchanged; the pod that was rented to see that is ended. */
        record FinishedBefore(Attempt attempt) implements Result {}
    }

    private final RunSpec spec;
    private final Cloud cloud;
    private final PodApi pods;
    private final Ledger ledger;
    private final Path privateKey;
    private final MakePlan makePlan;
    private final NetworkVolume volume;
    private final RentPod rentPod;
    private final GiveBack giveBack;
    private final Time time;
    private final RunListener listener;

    BringUp(
            RunSpec spec,
            Cloud cloud,
            Ledger ledger,
            RunStore store,
            MakePlan makePlan,
            NetworkVolume volume,
            Supplier<String> newIntent,
            Time time,
            RunListener listener) {
        this.spec = spec;
        this.cloud = cloud;
        this.pods = cloud.pods();
        this.ledger = ledger;
        Path own = spec.settings().pod().sshKeyPath();
        this.privateKey = own == null ? store.privateKey(spec.run()) : own;
        this.makePlan = makePlan;
        this.volume = volume;
        this.rentPod = new RentPod(spec, cloud, ledger, privateKey, newIntent, time, listener);
        this.giveBack = new GiveBack(cloud, ledger, time, listener);
        this.time = time;
        this.listener = listener;
    }

    /** Rents a pod, puts the code on it and starts the training. */
    Result launch(Plan plan, Optional<Pod> stopped) throws InterruptedException {
        String takeOverFrom = lastEndedPod();
        StagedPod pod = rentPod.rent(plan, stopped, () -> makePlan.offers(spec.settings(), volume.dataCenter()));
        return start(pod, takeOverFrom);
    }

    /** Goes on with a pod that is there: follows its training, or starts it if its launch was cut short. */
    Result join(LivePod live) throws InterruptedException {
        listener.phase(Phase.READY, "reaching pod " + live.pod().id());
        PodConnection connection =
                new PodConnection(pods, cloud.ssh(), privateKey, spec.request().acceptNewHostKey(), time);
        AwaitReady.Result ready = new AwaitReady(cloud, time, listener)
                .await(
                        live.pod().id(),
                        live.attempt().intended().gpuCount(),
                        connection,
                        spec.settings().limits().readyTimeout());
        if (ready instanceof AwaitReady.Result.Unusable unusable) {
            return endedOrUnreachable(live, unusable.reason());
        }
        if (ready instanceof AwaitReady.Result.Hopeless hopeless) {
            return endedOrUnreachable(live, hopeless.reason());
        }
        AwaitReady.Result.Ready reached = (AwaitReady.Result.Ready) ready;
        StagedPod pod = new StagedPod(
                live.attempt(),
                reached.pod(),
                connection,
                reached.session(),
                PodEnvironment.isExpendable(reached.pod()));
        try {
            Optional<TrainStatus> status = RemoteStatus.read(pod.session(), spec.remote(), time);
            String intent = live.attempt().intent();
            if (status.isPresent()
                    && (status.get().isUnderWay(intent) || status.get().isEnded(intent))) {
                if (live.attempt().started() == null) {
                    ledger.append(RemoteStatus.started(status, intent, time.now()));
                }
                return new Result.Running(pod);
            }
        } catch (SshException e) {
            return endedOrUnreachable(live, String.valueOf(e.getMessage()));
        }
        listener.report("its launch was cut short before the training started: going on from there");
        return start(pod, lastEndedPod());
    }

    /** A training is started, or the pod is given back. */
    private Result start(StagedPod pod, String takeOverFrom) throws InterruptedException {
        String intent = pod.attempt().intent();
        try {
            new CheckPod(time, listener).check(pod.session(), spec.settings().pod());
            listener.phase(Phase.CODE, "sending the code");
            listener.report(sendCode(pod));
            ledger.append(
                    new LedgerEvent.CodeSynced(time.now(), intent, spec.tree().treeHash()));

            listener.phase(Phase.START, "starting the training");
            StartTraining.Result result = new StartTraining(time).start(spec, pod, takeOverFrom);
            if (result == StartTraining.Result.ALREADY_FINISHED) {
                ledger.append(new LedgerEvent.Ended(time.now(), intent, EndReason.FINISHED, 0));
                listener.report(giveBack.end(intent, pod.pod().id(), pod.expendable()));
                return new Result.FinishedBefore(currentAttempt(intent));
            }
            long logBytes = RemoteStatus.logBytes(pod.session(), spec.remote(), time);
            ledger.append(new LedgerEvent.Started(time.now(), intent, null, logBytes));
            return new Result.Running(pod);
        } catch (RuntimeException e) {
            throw GiveBack.leaving(e, giveBack.end(intent, pod.pod().id(), pod.expendable()));
        } catch (SshException e) {
            throw new ProblemException(
                    new Problem(
                            Problem.Kind.FAILED,
                            "the connection to the pod was lost before the training had started",
                            String.valueOf(e.getMessage()),
                            "run the same command again",
                            giveBack.end(intent, pod.pod().id(), pod.expendable())),
                    e);
        } catch (InterruptedException e) {
            throw new LaunchCancelledException(giveBack.end(intent, pod.pod().id(), pod.expendable()));
        }
    }

    /** The code on the pod is the project's; says in words what that took. */
    private String sendCode(StagedPod pod) throws InterruptedException, SshException {
        Deadline deadline = Deadline.in(time, SYNC_LIMIT);
        GitHead checkout = spec.checkout();
        if (checkout != null) {
            Optional<Secret> token =
                    Optional.ofNullable(spec.settings().secrets().get("GITHUB_TOKEN"));
            new GitCheckout()
                    .sync(pod.session(), checkout.url(), checkout.commit(), spec.remoteProject(), token, deadline);
            return "the pod has commit " + checkout.commit();
        }
        SyncReport report = new CodeSync()
                .sync(pod.session(), spec.tree(), spec.remoteProject(), spec.codeManifest(), deadline, listener);
        return text(report);
    }

    private static String text(SyncReport report) {
        if (report.unchanged()) {
            return "code unchanged";
        }
        return report.filesSent() + " files sent (" + report.bytesSent() + " bytes), " + report.filesDeleted()
                + " deleted";
    }

    /** The pod of the attempt before, if it is known to have ended: its lock on the run may be taken over at once. */
    private String lastEndedPod() {
        return ledger.state().stream()
                .flatMap(state -> state.attempts().stream())
                .filter(attempt -> attempt.phase() == Attempt.Phase.STOPPED)
                .map(attempt -> attempt.podId().orElse(""))
                .reduce("", (before, after) -> after);
    }

    private Attempt currentAttempt(String intent) {
        return ledger.state().flatMap((RunState state) -> state.attempt(intent)).orElseThrow();
    }

    /** A pod that has just ended does not answer any more, and for some seconds still shows as running. */
    private Result endedOrUnreachable(LivePod live, String reason) throws InterruptedException {
        Deadline patience = Deadline.in(time, ENDING_LIMIT);
        while (pods.find(live.pod().id()).filter(Survey::isAlive).isPresent()) {
            if (patience.hasPassed()) {
                throw unreachable(live, reason);
            }
            patience.pause(pods.pollPause(LOOK_AGAIN));
        }
        return new Result.EndedMeanwhile();
    }

    private static ProblemException unreachable(LivePod live, String reason) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "pod " + live.pod().id() + " of this run is there but cannot be reached",
                reason,
                "try again in a minute; 'pod-train stop' ends the pod if you want a new one",
                "pod " + live.pod().id()
                        + " goes on; its guard ends it when the training is over or a limit is reached"));
    }
}
