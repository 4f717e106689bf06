package dev.podtrain.run;

import dev.podtrain.base.DidYouMean;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.config.CloudChoice;
import dev.podtrain.config.Limits;
import dev.podtrain.config.PodSettings;
import dev.podtrain.config.Settings;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.pod.Availability;
import dev.podtrain.pod.CloudType;
import dev.podtrain.pod.GpuType;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.pod.Pod;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Works out what a launch has to do and what it may cost; asks the provider, changes nothing. */
final class MakePlan {
    private final Cloud cloud;

    MakePlan(Cloud cloud) {
        this.cloud = cloud;
    }

    /** The network volume that the settings name. */
    NetworkVolume volume(Settings settings) throws InterruptedException {
        String named = settings.account().networkVolumeId();
        String id = named == null ? cloud.defaultVolume() : named;
        Optional<NetworkVolume> volume =
                id == null ? Optional.empty() : cloud.pods().networkVolume(id);
        if (volume.isEmpty()) {
            throw new ProblemException(Problem.usage(
                    "the network volume was not found",
                    "NETWORK_VOLUME_ID=" + id + " is not a volume of this account; it has " + names(),
                    "correct NETWORK_VOLUME_ID, or create a volume in RunPod's console under Storage"));
        }
        NetworkVolume found = volume.get();
        List<String> wanted = settings.pod().dataCenters();
        if (!wanted.isEmpty() && !wanted.contains(found.dataCenter())) {
            throw new ProblemException(Problem.usage(
                    "the network volume is in another data center",
                    "volume " + found.name() + " is in " + found.dataCenter() + ", DATA_CENTER names "
                            + String.join(", ", wanted) + "; a pod must be where its volume is",
                    "remove DATA_CENTER, or name a volume that is there"));
        }
        return found;
    }

    private String names() throws InterruptedException {
        List<String> names = cloud.pods().networkVolumes().stream()
                .map(v -> v.id() + " (" + v.name() + ", " + v.dataCenter() + ")")
                .toList();
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    /** The plan for a run whose pod is alive, or stopped, or not there. */
    Plan plan(RunSpec spec, NetworkVolume volume, Optional<Attempt> last, Optional<LivePod> live, Optional<Pod> stopped)
            throws InterruptedException {
        if (live.isPresent()) {
            Pod pod = live.get().pod();
            return plan(
                    spec,
                    volume,
                    Plan.Action.FOLLOW,
                    "pod " + pod.id() + " of this run is there",
                    List.of(),
                    PodEnvironment.limits(pod, spec.settings().limits()));
        }
        if (last.isPresent() && isFinishedUnchanged(last.get(), spec)) {
            return plan(
                    spec,
                    volume,
                    Plan.Action.NOTHING,
                    "attempt " + last.get().number() + " finished, and neither code nor config has changed since",
                    List.of());
        }
        List<Plan.Offer> offers = offers(spec.settings(), volume.dataCenter());
        if (stopped.isPresent()) {
            return plan(
                    spec,
                    volume,
                    Plan.Action.START,
                    "pod " + stopped.get().id() + " is stopped and may start again; else a new pod on the same volume",
                    offers);
        }
        return plan(spec, volume, Plan.Action.RENT, reasonToRent(spec, last), offers);
    }

    private static String reasonToRent(RunSpec spec, Optional<Attempt> last) {
        if (spec.request().forceRestart()) {
            return "starts over: checkpoints are put aside";
        }
        return last.map(attempt -> "resumes from the newest whole checkpoint, if there is one (attempt "
                        + attempt.number() + " " + endOf(attempt) + ")")
                .orElse("first attempt of this run on this machine; resumes if the volume holds checkpoints");
    }

    private static String endOf(Attempt attempt) {
        return attempt.ended() == null || attempt.ended().reason() == EndReason.NOT_STARTED
                ? "never started its training"
                : "ended: " + attempt.ended().reason().word();
    }

    static boolean isFinishedUnchanged(Attempt last, RunSpec spec) {
        return last.ended() != null
                && last.ended().reason() == EndReason.FINISHED
                && !spec.request().forceRestart()
                && last.intended().treeHash().equals(spec.tree().treeHash())
                && last.intended().configHash().equals(spec.config().sha256());
    }

    private Plan plan(RunSpec spec, NetworkVolume volume, Plan.Action action, String reason, List<Plan.Offer> offers)
            throws InterruptedException {
        return plan(spec, volume, action, reason, offers, spec.settings().limits());
    }

    private Plan plan(
            RunSpec spec,
            NetworkVolume volume,
            Plan.Action action,
            String reason,
            List<Plan.Offer> offers,
            Limits limits)
            throws InterruptedException {
        @Nullable
        BigDecimal balance = spec.local() || action == Plan.Action.NOTHING
                ? null
                : cloud.account().balance().map(b -> b.balanceUsd()).orElse(null);
        return new Plan(
                spec.run(),
                spec.local(),
                spec.request().projectDir().toString(),
                spec.config().path(),
                spec.config().outputDir(),
                action,
                reason,
                offers,
                spec.settings().pod().gpuCount(),
                spec.settings().pod().image(),
                volume.name() + " (" + volume.id() + ", " + volume.dataCenter() + ")",
                limits.maxRuntime(),
                limits.maxCostUsd(),
                limits.idleTimeout(),
                limits.bootGrace(),
                limits.onExit().word(),
                spec.settings().retries().recoveries(),
                spec.settings().retries().capacityWait(),
                balance);
    }

    /** The candidates in the user's order. What is out of stock now stays in: stock is a hint and reserves nothing. */
    List<Plan.Offer> offers(Settings settings, String dataCenter) throws InterruptedException {
        PodSettings pod = settings.pod();
        List<Plan.Offer> offers = new ArrayList<>();
        for (CloudType cloudType : clouds(pod.cloud())) {
            List<GpuType> catalog = cloud.pods().gpuTypes(cloudType, pod.gpuCount());
            for (String id : pod.gpuTypes()) {
                GpuType gpu = find(id, catalog);
                if (gpu.offered()) {
                    offers.add(offer(gpu, cloudType, dataCenter, pod.gpuCount()));
                }
            }
        }
        if (offers.isEmpty()) {
            throw new ProblemException(new Problem(
                    Problem.Kind.NO_CAPACITY,
                    "none of the GPU types is offered",
                    pod.gpuCount() + " × " + String.join(" or ", pod.gpuTypes()) + " is not sold in one pod",
                    "choose another GPU_TYPE, or a smaller GPU_COUNT",
                    "nothing was rented"));
        }
        BigDecimal most = settings.limits().maxPricePerHourUsd();
        List<Plan.Offer> affordable = offers.stream()
                .filter(offer -> most.signum() == 0 || offer.hourlyPriceUsd().compareTo(most) <= 0)
                .toList();
        if (affordable.isEmpty()) {
            throw tooDear(offers, most);
        }
        return affordable;
    }

    private static ProblemException tooDear(List<Plan.Offer> offers, BigDecimal most) {
        String prices = offers.stream()
                .map(offer -> offer.gpu() + " $" + offer.hourlyPriceUsd().toPlainString() + "/h")
                .collect(Collectors.joining(", "));
        return new ProblemException(new Problem(
                Problem.Kind.NO_CAPACITY,
                "every candidate costs more than MAX_PRICE_PER_HOUR",
                "MAX_PRICE_PER_HOUR=" + most.toPlainString() + ", but: " + prices,
                "raise it, or add cheaper GPUs to GPU_TYPE",
                "nothing was rented"));
    }

    private static Plan.Offer offer(GpuType gpu, CloudType cloudType, String dataCenter, int gpuCount) {
        Availability availability = gpu.dataCenters().getOrDefault(dataCenter, Availability.NONE);
        return new Plan.Offer(
                gpu.id(),
                cloudType.name(),
                dataCenter,
                gpu.priceUsd().multiply(BigDecimal.valueOf(gpuCount)),
                availability.name().toLowerCase(Locale.ROOT));
    }

    private static GpuType find(String id, List<GpuType> catalog) {
        List<String> ids = catalog.stream().map(GpuType::id).toList();
        return catalog.stream()
                .filter(gpu -> gpu.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.usage(
                        "there is no GPU type '" + id + "'",
                        DidYouMean.closest(id, ids)
                                .map(close -> "did you mean '" + close + "'?")
                                .orElse("RunPod's catalog has " + String.join(", ", ids)),
                        "correct GPU_TYPE; the ids are RunPod's, letter by letter")));
    }

    private static List<CloudType> clouds(CloudChoice choice) {
        return switch (choice) {
            // A network volume exists in Secure Cloud only (RunPod's storage page, 2026-08-20).
            case SECURE, ALL -> List.of(CloudType.SECURE);
            case COMMUNITY ->
                throw new ProblemException(Problem.usage(
                        "the Community Cloud cannot use a network volume",
                        "CLOUD_TYPE=COMMUNITY, but NETWORK_VOLUME_ID is set, and RunPod offers network volumes in"
                                + " Secure Cloud only",
                        "set CLOUD_TYPE=SECURE or remove it"));
        };
    }
}
