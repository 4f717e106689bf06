package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.config.EnvFile;
import dev.podtrain.config.Limits;
import dev.podtrain.config.PodSettings;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunState;
import dev.podtrain.pod.CloudType;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import dev.podtrain.pod.PodSpec;
import dev.podtrain.pod.PodUpdate;
import dev.podtrain.pod.StartOutcome;
import dev.podtrain.pod.VolumeMount;
import dev.podtrain.script.PodScripts;
import dev.podtrain.ssh.SshKeys;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gets a pod that answers: starts the stopped one if there is one, or creates one from the plan's offers in their order.
 * An intent is in the ledger before any request that costs money, each request is sent once, and whatever was rented
 * but cannot be used is ended before the next one is asked for.
 */
final class RentPod {
    private static final Duration FIRST_CAPACITY_PAUSE = Duration.ofSeconds(15);
    private static final Duration LONGEST_CAPACITY_PAUSE = Duration.ofMinutes(5);
    private static final String SSH_PORT = "22/tcp";

    private final RunSpec spec;
    private final Cloud cloud;
    private final PodApi pods;
    private final Ledger ledger;
    private final Path privateKey;
    private final Supplier<String> newIntent;
    private final Time time;
    private final RunListener listener;
    private final RequestPod requestPod;
    private final GiveBack giveBack;

    /** What the pods are given; known once {@link #rent} has begun. */
    private String publicKey = "";

    RentPod(
            RunSpec spec,
            Cloud cloud,
            Ledger ledger,
            Path privateKey,
            Supplier<String> newIntent,
            Time time,
            RunListener listener) {
        this.spec = spec;
        this.cloud = cloud;
        this.pods = cloud.pods();
        this.ledger = ledger;
        this.privateKey = privateKey;
        this.newIntent = newIntent;
        this.time = time;
        this.listener = listener;
        this.requestPod = new RequestPod(cloud, ledger, time, listener);
        this.giveBack = new GiveBack(cloud, ledger, time, listener);
    }

    /**
     * A pod that is ready for the training.
     *
     * @param stopped the pod to start rather than to create one, if there is one
     * @param offersNow the candidates as they are later, while there is no capacity
     * @throws ProblemException if no candidate could be had; nothing is rented then, or the problem says what is
     */
    StagedPod rent(Plan plan, Optional<Pod> stopped, OffersNow offersNow) throws InterruptedException {
        // Made now if need be: what fails on this machine shall fail before anything is intended.
        publicKey = SshKeys.ensure(privateKey, "pod-train-" + spec.run());
        Refusals refusals = new Refusals();
        if (stopped.isPresent()) {
            Optional<StagedPod> started = start(stopped.get(), refusals);
            if (started.isPresent()) {
                return started.get();
            }
        }
        Deadline wait = Deadline.in(time, spec.settings().retries().capacityWait());
        BigDecimal agreed = plan.highestHourlyPriceUsd().orElse(BigDecimal.ZERO);
        List<Plan.Offer> offers = plan.offers();
        Duration pause = FIRST_CAPACITY_PAUSE;
        while (true) {
            for (Plan.Offer offer : offers) {
                Optional<StagedPod> created = create(offer, refusals);
                if (created.isPresent()) {
                    return created.get();
                }
            }
            if (wait.hasPassed() || refusals.areAllDenials()) {
                throw refusals.problem();
            }
            awaitCapacity(wait, pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_CAPACITY_PAUSE) > 0
                    ? LONGEST_CAPACITY_PAUSE
                    : pause.multipliedBy(2);
            // Prices move; what the user agreed to is the most that is paid.
            offers = whileWaiting(offersNow).stream()
                    .filter(offer -> offer.hourlyPriceUsd().compareTo(agreed) <= 0)
                    .toList();
        }
    }

    /** Reads the candidates from the provider's catalog. */
    interface OffersNow {
        List<Plan.Offer> get() throws InterruptedException;
    }

    private void awaitCapacity(Deadline wait, Duration pause) throws InterruptedException {
        listener.phase(
                Phase.POD,
                "no GPU to be had now: asking again in " + Durations.text(pause) + ", for "
                        + Durations.text(wait.remaining()) + " more; nothing is rented");
        try {
            wait.pause(pods.pollPause(pause));
        } catch (InterruptedException e) {
            throw new LaunchCancelledException("nothing is rented");
        }
    }

    /** None for now if they cannot be read: hours of waiting outlast a network that is away, and prices that are too high. */
    private List<Plan.Offer> whileWaiting(OffersNow offersNow) throws InterruptedException {
        try {
            return offersNow.get();
        } catch (ProblemException e) {
            Problem problem = e.problem();
            if (problem.kind() == Problem.Kind.NOT_AUTHENTICATED) {
                throw e;
            }
            listener.warn(problem.what() + ": " + problem.why());
            return List.of();
        } catch (InterruptedException e) {
            throw new LaunchCancelledException("nothing is rented");
        }
    }

    private Optional<StagedPod> start(Pod stopped, Refusals refusals) throws InterruptedException {
        listener.phase(Phase.POD, "starting pod " + stopped.id() + " (" + stopped.gpuId() + ")");
        String intent = newIntent.get();
        BigDecimal price = lastKnownPrice(stopped);
        Attempt attempt = intend(intent, stopped.gpuId(), stopped.gpuCount(), text(stopped.dataCenter()), price);
        boolean expendable = PodEnvironment.isExpendable(stopped);

        SortedMap<String, String> ours = environment(attempt, price);
        Set<String> ports = new LinkedHashSet<>(stopped.ports());
        ports.add(SSH_PORT);
        PodUpdate update =
                new PodUpdate(PodEnvironment.replacing(stopped, ours), PodScripts.guardCommand(), List.copyOf(ports));
        StartOutcome outcome = start(attempt, stopped, update);
        if (outcome instanceof StartOutcome.Started started) {
            return staged(attempt, started.pod(), expendable, refusals);
        }
        if (outcome instanceof StartOutcome.Refused refusal && expendable) {
            // A stopped pod stays on a host whose GPUs went to others; its data is on the network volume.
            pods.terminate(stopped.id());
            listener.report("pod " + stopped.id() + " cannot start and was terminated; its data is on the volume");
            return refused(attempt, refusal.detail(), refusals);
        }
        if (outcome instanceof StartOutcome.Refused refusal) {
            listener.warn("pod " + stopped.id() + " cannot start and was left as it is; its disks are billed");
            return refused(attempt, refusal.detail(), refusals);
        }
        return refused(attempt, "pod " + stopped.id() + " is gone", refusals);
    }

    /** Arms the stopped pod with this attempt's guard, then starts it; a failure on the way leaves it stopped. */
    private StartOutcome start(Attempt attempt, Pod stopped, PodUpdate update) throws InterruptedException {
        try {
            return pods.update(stopped.id(), update).isEmpty() ? new StartOutcome.Gone() : pods.start(stopped.id());
        } catch (RuntimeException e) {
            // The start may have been carried out although its answer was lost.
            throw GiveBack.leaving(e, giveBack.endUnanswered(attempt, stopped, false));
        } catch (InterruptedException e) {
            throw new LaunchCancelledException(giveBack.endUnanswered(attempt, stopped, false));
        }
    }

    private Optional<StagedPod> create(Plan.Offer offer, Refusals refusals) throws InterruptedException {
        listener.phase(Phase.POD, "renting " + offer.gpu() + " in " + offer.dataCenter());
        requestPod.awaitTurn();
        String intent = newIntent.get();
        int gpuCount = spec.settings().pod().gpuCount();
        Attempt attempt = intend(intent, offer.gpu(), gpuCount, offer.dataCenter(), offer.hourlyPriceUsd());

        RequestPod.Result result = requestPod.send(attempt, podSpec(offer, attempt));
        if (result instanceof RequestPod.Result.Rented rented) {
            return staged(attempt, rented.pod(), true, refusals);
        }
        RequestPod.Result.Refused refusal = (RequestPod.Result.Refused) result;
        tellRefusal(attempt, refusal.detail());
        if (refusal.denied()) {
            refusals.addDenial(attempt.intended(), refusal.detail());
        } else {
            refusals.add(attempt.intended(), refusal.detail());
        }
        return Optional.empty();
    }

    /** From here on the pod is billed: it is ready in the end, or it is ended. */
    private Optional<StagedPod> staged(Attempt attempt, Pod pod, boolean expendable, Refusals refusals)
            throws InterruptedException {
        try {
            ledger.append(Survey.rented(attempt.intent(), pod, time.now()));
            rememberPodId(pod.id());
            tellIfDearer(pod, attempt);
            listener.phase(Phase.READY, "waiting for pod " + pod.id());
            PodConnection connection = new PodConnection(
                    pods, cloud.ssh(), privateKey, spec.request().acceptNewHostKey(), time);
            AwaitReady.Result result = new AwaitReady(cloud, time, listener)
                    .await(
                            pod.id(),
                            spec.settings().pod().gpuCount(),
                            connection,
                            spec.settings().limits().readyTimeout());
            if (result instanceof AwaitReady.Result.Ready ready) {
                ledger.append(new LedgerEvent.Ready(
                        time.now(),
                        attempt.intent(),
                        ready.pod().sshAddress().orElseThrow().host(),
                        ready.pod().sshAddress().orElseThrow().port()));
                Attempt current = ledger.state()
                        .flatMap(state -> state.attempt(attempt.intent()))
                        .orElseThrow();
                return Optional.of(new StagedPod(current, ready.pod(), connection, ready.session(), expendable));
            }
            if (result instanceof AwaitReady.Result.Hopeless hopeless) {
                throw cannotBoot(pod.id(), hopeless);
            }
            String reason = ((AwaitReady.Result.Unusable) result).reason();
            if (wasEndedByAnother(attempt)) {
                throw endedByAnother(pod.id());
            }
            String left = giveBack.end(attempt.intent(), pod.id(), expendable);
            listener.warn("pod " + pod.id() + " cannot be used: " + reason + "; " + left);
            refusals.add(attempt.intended(), "pod " + pod.id() + ": " + reason);
            return Optional.empty();
        } catch (RuntimeException e) {
            throw GiveBack.leaving(e, giveBack.end(attempt.intent(), pod.id(), expendable));
        } catch (InterruptedException e) {
            throw new LaunchCancelledException(giveBack.end(attempt.intent(), pod.id(), expendable));
        }
    }

    /** Somebody who stops a run while it boots does not want the next candidate either. */
    private boolean wasEndedByAnother(Attempt attempt) {
        return ledger.state()
                .flatMap(state -> state.attempt(attempt.intent()))
                .filter(now -> now.ended() != null || now.podEnded() != null)
                .isPresent();
    }

    private static ProblemException endedByAnother(PodId pod) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "the launch was stopped by another command",
                "pod " + pod + " was ended while it booted, by 'pod-train stop' or 'sweep'",
                "run the same command again if you want the run after all",
                "nothing is rented"));
    }

    private Attempt intend(String intent, String gpu, int gpuCount, String dataCenter, BigDecimal hourlyPriceUsd) {
        int number = ledger.state().map(RunState::nextAttemptNumber).orElse(1);
        ledger.append(new LedgerEvent.Intended(
                time.now(),
                intent,
                number,
                "pod-train-" + spec.run() + "-a" + number,
                gpu,
                gpuCount,
                dataCenter,
                hourlyPriceUsd,
                spec.tree().treeHash(),
                spec.config().sha256(),
                spec.request().forceRestart(),
                spec.settings().limits().onExit().word()));
        Limits limits = spec.settings().limits();
        ledger.append(new LedgerEvent.Guarded(
                time.now(), intent, limits.bootGrace(), limits.maxRuntime(), limits.maxCostUsd()));
        return ledger.state().flatMap(state -> state.attempt(intent)).orElseThrow();
    }

    /** The start of the stopped pod was refused. */
    private Optional<StagedPod> refused(Attempt attempt, String detail, Refusals refusals) {
        ledger.append(new LedgerEvent.Refused(time.now(), attempt.intent(), detail));
        tellRefusal(attempt, detail);
        refusals.add(attempt.intended(), detail);
        return Optional.empty();
    }

    private void tellRefusal(Attempt attempt, String detail) {
        LedgerEvent.Intended asked = attempt.intended();
        listener.report("not to be had: " + asked.gpu() + " in " + asked.dataCenter() + ": " + detail);
    }

    private PodSpec podSpec(Plan.Offer offer, Attempt attempt) {
        PodSettings settings = spec.settings().pod();
        return new PodSpec(
                attempt.intended().podName(),
                settings.image(),
                settings.containerDiskGb(),
                offer.gpu(),
                settings.gpuCount(),
                settings.minCudaVersion(),
                CloudType.valueOf(offer.cloud()),
                List.of(offer.dataCenter()),
                VolumeMount.network(spec.volumeId(), RunSpec.WORKSPACE),
                List.of(SSH_PORT),
                environment(attempt, offer.hourlyPriceUsd()),
                PodScripts.guardCommand());
    }

    private SortedMap<String, String> environment(Attempt attempt, BigDecimal hourlyPriceUsd) {
        return PodEnvironment.of(spec, attempt.number(), attempt.intent(), hourlyPriceUsd, publicKey, cloud);
    }

    /** A stopped pod shows no price; the last attempt on it knows one. */
    private BigDecimal lastKnownPrice(Pod stopped) {
        return ledger.state().stream()
                .flatMap(state -> state.attempts().stream())
                .filter(a -> a.podId().equals(Optional.of(stopped.id().value())))
                .map(Attempt::hourlyPriceUsd)
                .reduce((first, second) -> second)
                .orElse(stopped.hourlyPriceUsd());
    }

    /** The user agreed to the plan's price; the pod's own is what is billed and what MAX_COST is kept by. */
    private void tellIfDearer(Pod pod, Attempt attempt) {
        BigDecimal planned = attempt.intended().hourlyPriceUsd();
        if (pod.hourlyPriceUsd().compareTo(planned) > 0) {
            listener.warn("pod " + pod.id() + " costs $" + pod.hourlyPriceUsd().toPlainString() + " an hour, not $"
                    + planned.toPlainString() + " as planned");
        }
    }

    /** The pod is rented: a file that cannot be written must not lose it. */
    private void rememberPodId(PodId pod) {
        if (spec.local()) {
            return;
        }
        try {
            EnvFile.writePodId(spec.request().projectDir().resolve(SettingsLoader.FILE_NAME), pod.value());
        } catch (ProblemException e) {
            listener.warn("POD_ID=" + pod + " was not written into " + SettingsLoader.FILE_NAME + ": "
                    + e.problem().why());
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static ProblemException cannotBoot(PodId pod, AwaitReady.Result.Hopeless hopeless) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "the pod cannot boot with these settings",
                hopeless.reason(),
                hopeless.fix(),
                "pod " + pod));
    }
}
