package dev.podtrain.run;

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
import dev.podtrain.pod.CreateOutcome;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import dev.podtrain.pod.PodSpec;
import dev.podtrain.pod.PodUpdate;
import dev.podtrain.pod.StartOutcome;
import dev.podtrain.pod.VolumeMount;
import dev.podtrain.script.PodScripts;
import dev.podtrain.ssh.SshClient;
import dev.podtrain.ssh.SshKeys;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(3);
    private static final String SSH_PORT = "22/tcp";

    private final Cloud cloud;
    private final PodApi pods;
    private final Ledger ledger;
    private final SshClient ssh;
    private final Path privateKey;
    private final Supplier<String> newIntent;
    private final Time time;
    private final RunListener listener;
    private final GiveBack giveBack;

    RentPod(
            Cloud cloud,
            Ledger ledger,
            SshClient ssh,
            Path privateKey,
            Supplier<String> newIntent,
            Time time,
            RunListener listener) {
        this.cloud = cloud;
        this.pods = cloud.pods();
        this.ledger = ledger;
        this.ssh = ssh;
        this.privateKey = privateKey;
        this.newIntent = newIntent;
        this.time = time;
        this.listener = listener;
        this.giveBack = new GiveBack(pods, ledger, time);
    }

    /**
     * A pod that is ready for the training.
     *
     * @param stopped the pod to start rather than to create one, if there is one
     * @throws ProblemException if no candidate could be had; nothing is rented then, or the problem says what is
     */
    StagedPod rent(RunSpec spec, Plan plan, Optional<Pod> stopped) throws InterruptedException {
        // Made now if need be: what fails on this machine shall fail before anything is intended.
        SshKeys.ensure(privateKey, "pod-train-" + spec.run());
        List<String> refusals = new ArrayList<>();
        if (stopped.isPresent()) {
            Optional<StagedPod> started = start(spec, stopped.get(), refusals);
            if (started.isPresent()) {
                return started.get();
            }
        }
        for (Plan.Offer offer : plan.offers()) {
            Optional<StagedPod> created = create(spec, offer, refusals);
            if (created.isPresent()) {
                return created.get();
            }
        }
        throw noCapacity(refusals);
    }

    private Optional<StagedPod> start(RunSpec spec, Pod stopped, List<String> refusals) throws InterruptedException {
        listener.phase(Phase.POD, "starting pod " + stopped.id() + " (" + stopped.gpuId() + ")");
        String intent = newIntent.get();
        BigDecimal price = lastKnownPrice(stopped);
        Attempt attempt = intend(spec, intent, stopped.gpuId(), stopped.gpuCount(), text(stopped.dataCenter()), price);
        boolean expendable = PodEnvironment.isExpendable(stopped);

        SortedMap<String, String> ours = environment(spec, attempt, price);
        Set<String> ports = new LinkedHashSet<>(stopped.ports());
        ports.add(SSH_PORT);
        PodUpdate update =
                new PodUpdate(PodEnvironment.replacing(stopped, ours), PodScripts.guardCommand(), List.copyOf(ports));
        StartOutcome outcome = start(intent, stopped, update);
        if (outcome instanceof StartOutcome.Started started) {
            return staged(spec, attempt, started.pod(), expendable, refusals);
        }
        if (outcome instanceof StartOutcome.Refused refusal && expendable) {
            // A stopped pod stays on a host whose GPUs went to others; its data is on the network volume.
            pods.terminate(stopped.id());
            listener.report("pod " + stopped.id() + " cannot start and was terminated; its data is on the volume");
            return refused(intent, refusal.detail(), refusals);
        }
        if (outcome instanceof StartOutcome.Refused refusal) {
            listener.warn("pod " + stopped.id() + " cannot start and was left as it is; its disks are billed");
            return refused(intent, refusal.detail(), refusals);
        }
        return refused(intent, "pod " + stopped.id() + " is gone", refusals);
    }

    /** Arms the stopped pod with this attempt's guard, then starts it; a failure on the way leaves it stopped. */
    private StartOutcome start(String intent, Pod stopped, PodUpdate update) throws InterruptedException {
        try {
            return pods.update(stopped.id(), update).isEmpty() ? new StartOutcome.Gone() : pods.start(stopped.id());
        } catch (RuntimeException e) {
            // The start may have been carried out although its answer was lost.
            throw GiveBack.leaving(e, giveBack.end(intent, stopped.id(), false));
        } catch (InterruptedException e) {
            throw new LaunchCancelledException(giveBack.end(intent, stopped.id(), false));
        }
    }

    private Optional<StagedPod> create(RunSpec spec, Plan.Offer offer, List<String> refusals)
            throws InterruptedException {
        listener.phase(Phase.POD, "renting " + offer.gpu() + " in " + offer.dataCenter());
        String intent = newIntent.get();
        int gpuCount = spec.settings().pod().gpuCount();
        Attempt attempt = intend(spec, intent, offer.gpu(), gpuCount, offer.dataCenter(), offer.hourlyPriceUsd());

        CreateOutcome outcome;
        try {
            outcome = pods.create(podSpec(spec, offer, attempt));
        } catch (ProblemException e) {
            ledger.append(
                    new LedgerEvent.Refused(time.now(), intent, e.problem().why()));
            throw e;
        }
        if (outcome instanceof CreateOutcome.Created created) {
            return staged(spec, attempt, created.pod(), true, refusals);
        } else if (outcome instanceof CreateOutcome.NoCapacity none) {
            return refused(intent, offer.gpu() + " in " + offer.dataCenter() + ": " + none.detail(), refusals);
        } else if (outcome instanceof CreateOutcome.Refused refusal) {
            return refused(intent, offer.gpu() + " in " + offer.dataCenter() + ": " + refusal.detail(), refusals);
        } else if (outcome instanceof CreateOutcome.AnswerLost lost) {
            listener.warn("the answer to the request for a pod was lost (" + lost.reason() + "): looking for the pod");
            Optional<Pod> pod = lookUp(attempt);
            if (pod.isPresent()) {
                return staged(spec, attempt, pod.get(), true, refusals);
            }
            return refused(intent, offer.gpu() + ": no pod appeared after " + lost.reason(), refusals);
        }
        throw new AssertionError(outcome);
    }

    /** The pod of an unanswered create, looked for until it is safe to say that there is none. */
    private Optional<Pod> lookUp(Attempt attempt) throws InterruptedException {
        Instant end = time.now().plus(cloud.appearanceLimit());
        try {
            while (true) {
                Optional<Pod> pod = pods.findByIntent(attempt.intent());
                if (pod.isPresent() || !time.now().isBefore(end)) {
                    return pod;
                }
                time.sleep(pods.pollPause(LOOK_AGAIN));
            }
        } catch (InterruptedException e) {
            Optional<Pod> pod = pods.findByIntent(attempt.intent());
            if (pod.isPresent()) {
                ledger.append(Survey.rented(attempt.intent(), pod.get(), time.now()));
                throw new LaunchCancelledException(
                        giveBack.end(attempt.intent(), pod.get().id(), true));
            }
            throw new LaunchCancelledException("a pod may still appear, as the answer to the request was lost: the next"
                    + " pod-train command looks for it, and its guard ends it when BOOT_GRACE is over");
        }
    }

    /** From here on the pod is billed: it is ready in the end, or it is ended. */
    private Optional<StagedPod> staged(
            RunSpec spec, Attempt attempt, Pod pod, boolean expendable, List<String> refusals)
            throws InterruptedException {
        try {
            ledger.append(Survey.rented(attempt.intent(), pod, time.now()));
            rememberPodId(spec, pod.id());
            tellIfDearer(pod, attempt);
            listener.phase(Phase.READY, "waiting for pod " + pod.id());
            PodConnection connection =
                    new PodConnection(pods, ssh, privateKey, spec.request().acceptNewHostKey(), time);
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
            String reason = ((AwaitReady.Result.Unusable) result).reason();
            String left = giveBack.end(attempt.intent(), pod.id(), expendable);
            listener.warn("pod " + pod.id() + " cannot be used: " + reason + "; " + left);
            refusals.add(pod.gpuId() + ", pod " + pod.id() + ": " + reason);
            return Optional.empty();
        } catch (RuntimeException e) {
            throw GiveBack.leaving(e, giveBack.end(attempt.intent(), pod.id(), expendable));
        } catch (InterruptedException e) {
            throw new LaunchCancelledException(giveBack.end(attempt.intent(), pod.id(), expendable));
        }
    }

    private Attempt intend(
            RunSpec spec, String intent, String gpu, int gpuCount, String dataCenter, BigDecimal hourlyPriceUsd) {
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

    private Optional<StagedPod> refused(String intent, String detail, List<String> refusals) {
        ledger.append(new LedgerEvent.Refused(time.now(), intent, detail));
        listener.report("not to be had: " + detail);
        refusals.add(detail);
        return Optional.empty();
    }

    private PodSpec podSpec(RunSpec spec, Plan.Offer offer, Attempt attempt) {
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
                environment(spec, attempt, offer.hourlyPriceUsd()),
                PodScripts.guardCommand());
    }

    private SortedMap<String, String> environment(RunSpec spec, Attempt attempt, BigDecimal hourlyPriceUsd) {
        String publicKey = SshKeys.ensure(privateKey, "pod-train-" + spec.run());
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
    private void rememberPodId(RunSpec spec, PodId pod) {
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

    private static ProblemException noCapacity(List<String> refusals) {
        return new ProblemException(new Problem(
                Problem.Kind.NO_CAPACITY,
                "no GPU could be had",
                String.join("\n", refusals),
                "try again later, or widen the choice: GPU_TYPE takes a list, CLOUD_TYPE and GPU_COUNT matter too",
                "nothing is rented"));
    }
}
