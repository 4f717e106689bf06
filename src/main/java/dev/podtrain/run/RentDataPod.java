package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.config.Limits;
import dev.podtrain.config.OnExit;
import dev.podtrain.config.Settings;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunState;
import dev.podtrain.pod.CloudType;
import dev.podtrain.pod.CpuType;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodSpec;
import dev.podtrain.pod.VolumeMount;
import dev.podtrain.run.FileOperations.SyncListener;
import dev.podtrain.script.PodScripts;
import dev.podtrain.ssh.SshKeys;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Gets a pod on CPUs that answers. As for trainings, an intent is recorded before each request that costs money, each is
 * sent once, the request itself arms the pod's guard, and what cannot be used is ended.
 */
final class RentDataPod {
    /** What small CPU pods may have at most; less is sometimes to be had nowhere (RunPod's client sources, 2026-08). */
    private static final int DISK_GB = 20;

    /** The guard ends the pod when this program has been silent for so long: a laptop may sleep through a lunch break. */
    private static final Duration CLIENT_TIMEOUT = Duration.ofMinutes(10);

    /** And with --keep-pod, in which time the next sync can use it. */
    private static final Duration KEPT = Duration.ofHours(1);

    /** Whatever else happens. */
    private static final Duration LONGEST = Duration.ofHours(24);

    private final RunId id;
    private final Settings settings;
    private final Cloud cloud;
    private final NetworkVolume volume;
    private final Ledger ledger;
    private final Path privateKey;
    private final boolean keep;
    private final Supplier<String> newIntent;
    private final Time time;
    private final SyncListener listener;
    private final RequestPod requestPod;
    private final GiveBack giveBack;

    RentDataPod(
            RunId id,
            Settings settings,
            Cloud cloud,
            NetworkVolume volume,
            Ledger ledger,
            Path privateKey,
            boolean keep,
            Supplier<String> newIntent,
            Time time,
            SyncListener listener) {
        this.id = id;
        this.settings = settings;
        this.cloud = cloud;
        this.volume = volume;
        this.ledger = ledger;
        this.privateKey = privateKey;
        this.keep = keep;
        this.newIntent = newIntent;
        this.time = time;
        this.listener = listener;
        this.requestPod = new RequestPod(cloud, ledger, time, listener);
        this.giveBack = new GiveBack(cloud, ledger, time, listener);
    }

    /** A pod that is there already. */
    StagedPod use(LivePod left) throws InterruptedException {
        listener.report("using pod " + left.pod().id() + ", which an earlier command left");
        return staged(left.attempt(), left.pod())
                .orElseThrow(() -> none(List.of("pod " + left.pod().id() + " did not answer and was ended")));
    }

    /** The first candidate that answers. */
    StagedPod rent(List<CpuType> offers) throws InterruptedException {
        SshKeys.ensure(privateKey, "pod-train-" + id);
        List<String> refusals = new ArrayList<>();
        for (CpuType offer : offers) {
            listener.report("renting " + offer.id() + " in " + volume.dataCenter());
            requestPod.awaitTurn();
            Attempt attempt = intend(offer);
            RequestPod.Result result = request(offer, attempt);
            if (result instanceof RequestPod.Result.Rented rented) {
                Optional<StagedPod> staged = staged(attempt, rented.pod());
                if (staged.isPresent()) {
                    return staged.get();
                }
                refusals.add(offer.id() + ": pod " + rented.pod().id() + " did not answer and was ended");
            } else if (result instanceof RequestPod.Result.Refused refusal) {
                refusals.add(offer.id() + ": " + refusal.detail());
            }
        }
        throw none(refusals.isEmpty() ? List.of("none is offered in " + volume.dataCenter()) : refusals);
    }

    private RequestPod.Result request(CpuType offer, Attempt attempt) throws InterruptedException {
        try {
            return requestPod.send(attempt, podSpec(offer, attempt));
        } catch (LaunchCancelledException e) {
            listener.podEnded(e.left());
            throw e;
        }
    }

    private Attempt intend(CpuType offer) {
        String intent = newIntent.get();
        int number = ledger.state().map(RunState::nextAttemptNumber).orElse(1);
        ledger.append(new LedgerEvent.Intended(
                time.now(),
                intent,
                number,
                "pod-train-" + id + "-a" + number,
                offer.id(),
                0,
                volume.dataCenter(),
                offer.priceUsd(),
                "",
                "",
                false,
                OnExit.TERMINATE.word()));
        return current(intent);
    }

    private Attempt current(String intent) {
        return ledger.state().flatMap(state -> state.attempt(intent)).orElseThrow();
    }

    /** From here on the pod is billed: it is ready in the end, or it is ended. */
    private Optional<StagedPod> staged(Attempt attempt, Pod pod) throws InterruptedException {
        boolean usable = false;
        try {
            if (attempt.rented() == null) {
                ledger.append(Survey.rented(attempt.intent(), pod, time.now()));
            }
            listener.report("waiting for pod " + pod.id());
            PodConnection connection = new PodConnection(cloud.pods(), cloud.ssh(), privateKey, false, time);
            AwaitReady.Result result = new AwaitReady(cloud, time, new Reporting(listener))
                    .await(pod.id(), 0, connection, settings.limits().readyTimeout());
            if (result instanceof AwaitReady.Result.Ready ready) {
                usable = true;
                return Optional.of(
                        new StagedPod(current(attempt.intent()), ready.pod(), connection, ready.session(), true));
            }
            if (result instanceof AwaitReady.Result.Unusable unusable1) {
                listener.warn("pod " + pod.id() + " cannot be used: " + unusable1.reason());
            } else if (result instanceof AwaitReady.Result.Hopeless hopeless) {
                throw none(List.of(hopeless.reason() + "; " + hopeless.fix()));
            }
            return Optional.empty();
        } finally {
            if (!usable) {
                listener.podEnded(Uninterrupted.get(() -> giveBack.end(attempt.intent(), pod.id(), true)));
            }
        }
    }

    private PodSpec podSpec(CpuType offer, Attempt attempt) {
        return new PodSpec(
                attempt.intended().podName(),
                settings.pod().image(),
                DISK_GB,
                new PodSpec.Hardware.Cpus(offer.id(), DataPods.VCPUS),
                CloudType.SECURE,
                List.of(volume.dataCenter()),
                VolumeMount.network(volume.id(), RunSpec.WORKSPACE),
                List.of("22/tcp"),
                environment(attempt, offer.priceUsd()),
                PodScripts.guardCommand());
    }

    private Map<String, String> environment(Attempt attempt, BigDecimal hourlyPriceUsd) {
        Limits limits = settings.limits();
        Duration maxRuntime = limits.maxRuntime().isZero() ? LONGEST : limits.maxRuntime();
        Map<String, String> env = new TreeMap<>();
        env.put("PUBLIC_KEY", SshKeys.ensure(privateKey, "pod-train-" + id));
        env.put(PodEnvironment.RUN, id.value());
        env.put(PodEnvironment.ATTEMPT, Integer.toString(attempt.number()));
        env.put(Pod.INTENT_VARIABLE, attempt.intent());
        env.put("POD_TRAIN_GUARD", PodScripts.guardBase64());
        env.put("POD_TRAIN_WORKSPACE", RunSpec.WORKSPACE);
        env.put("POD_TRAIN_API_URL", PodEnvironment.withoutSlash(cloud.guardApiUrl()));
        env.put("POD_TRAIN_GRAPHQL_URL", cloud.guardGraphqlUrl().toString());
        env.put(PodEnvironment.ON_EXIT, OnExit.TERMINATE.word());
        env.put(PodEnvironment.HAS_NETWORK_VOLUME, "1");
        env.put("POD_TRAIN_PRICE_PER_HOUR", hourlyPriceUsd.toPlainString());
        env.put("POD_TRAIN_MAX_COST", limits.maxCostUsd().toPlainString());
        env.put("POD_TRAIN_CLIENT_TIMEOUT", PodEnvironment.seconds(keep ? KEPT : CLIENT_TIMEOUT));
        env.put("POD_TRAIN_MAX_RUNTIME", PodEnvironment.seconds(maxRuntime));
        env.put("POD_TRAIN_IDLE_TIMEOUT", "0");
        env.put("POD_TRAIN_GUARD_INTERVAL", PodEnvironment.seconds(limits.guardInterval()));
        env.put("POD_TRAIN_RETRY_PAUSE", PodEnvironment.seconds(limits.retryPause()));
        return env;
    }

    private static ProblemException none(List<String> reasons) {
        return new ProblemException(new Problem(
                Problem.Kind.NO_CAPACITY,
                "no pod could be had to move the data with",
                String.join("\n", reasons),
                "try again later; with S3 keys (RUNPOD_S3_ACCESS_KEY, RUNPOD_S3_SECRET_KEY) no pod is needed where the"
                        + " data center has S3",
                "nothing is rented"));
    }

    /** A data pod's boot has no phases of its own. */
    private record Reporting(SyncListener listener) implements RunListener {
        @Override
        public boolean planned(Plan plan) {
            return true;
        }

        @Override
        public boolean resumes(String reason) {
            return false;
        }

        @Override
        public void forecast(Forecast forecast) {}

        @Override
        public void phase(Phase phase, String detail) {
            listener.report(detail);
        }

        @Override
        public void log(long offset, byte[] bytes, int length) {}

        @Override
        public void report(String message) {
            listener.report(message);
        }

        @Override
        public void warn(String message) {
            listener.warn(message);
        }
    }
}
