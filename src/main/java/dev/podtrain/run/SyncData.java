package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.config.Settings;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.data.DataTransfer;
import dev.podtrain.data.S3Transfer;
import dev.podtrain.data.Source;
import dev.podtrain.data.TransferReport;
import dev.podtrain.data.UploadRequest;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.CpuType;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.run.FileOperations.SyncListener;
import dev.podtrain.run.FileOperations.SyncRequest;
import dev.podtrain.s3.S3Access;
import dev.podtrain.s3.S3Volume;
import dev.podtrain.ssh.DataPipesSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Brings data onto the network volume, over the cheapest way there is, and ends what it rented for that. */
final class SyncData {
    private static final String DATA = RunSpec.WORKSPACE + "/data";
    private static final String DATA_KEY = "data";
    private static final String SSH = "ssh";
    private static final long BYTES_PER_GB = 1_000_000_000L;

    private final SettingsLoader settingsLoader;
    private final CloudAccess clouds;
    private final RunStore runs;
    private final DataPods dataPods;
    private final ReachPod reachPod;
    private final Path hashes;
    private final Time time;

    SyncData(
            SettingsLoader settingsLoader,
            CloudAccess clouds,
            RunStore runs,
            DataPods dataPods,
            ReachPod reachPod,
            Path hashes,
            Time time) {
        this.settingsLoader = settingsLoader;
        this.clouds = clouds;
        this.runs = runs;
        this.dataPods = dataPods;
        this.reachPod = reachPod;
        this.hashes = hashes;
        this.time = time;
    }

    Optional<TransferReport> sync(SyncRequest request, SyncListener listener) throws InterruptedException {
        Settings settings = settingsLoader.load(request.projectDir(), Map.of(), request.local());
        settings.warnings().forEach(listener::warn);
        List<Source> sources = sources(request, settings);
        try (Cloud cloud = clouds.open(settings, request.local(), listener)) {
            NetworkVolume volume = new MakePlan(cloud).volume(settings);
            Optional<S3Access> s3 = cloud.volumes().s3(volume);
            if (request.via() == SyncPlan.Route.S3 && s3.isEmpty()) {
                throw noS3(volume);
            }
            if (s3.isPresent() && request.via() != SyncPlan.Route.POD) {
                return overS3(request, sources, s3.get(), volume, listener);
            }
            return overPod(request, settings, sources, cloud, volume, listener);
        }
    }

    private static List<Source> sources(SyncRequest request, Settings settings) {
        List<String> paths = request.paths().isEmpty() ? settings.data().paths() : request.paths();
        if (paths.isEmpty()) {
            throw new ProblemException(Problem.usage(
                    "no data to send",
                    "neither paths nor DATA_PATHS say what",
                    "name files or folders, or set DATA_PATHS in .runpod.env"));
        }
        List<Source> sources = paths.stream()
                .map(path -> LocalSources.of(request.projectDir(), path))
                .toList();
        // A misspelt name must not cost a pod.
        Source.check(sources);
        return sources;
    }

    private Optional<TransferReport> overS3(
            SyncRequest request, List<Source> sources, S3Access access, NetworkVolume volume, SyncListener listener)
            throws InterruptedException {
        SyncPlan plan = new SyncPlan(
                SyncPlan.Route.S3,
                "S3 keys are set and " + volume.dataCenter() + " has S3",
                volume.id(),
                volume.dataCenter(),
                null,
                null,
                null,
                request.local());
        if (!listener.planned(plan)) {
            return Optional.empty();
        }
        UploadRequest upload =
                new UploadRequest(sources, DATA_KEY, request.checksum(), request.delete(), false, hashes);
        Path record = hashes.resolveSibling("s3-" + volume.id());
        try (S3Volume s3 = new S3Volume(access, time, listener)) {
            return new S3Transfer(s3, time).upload(upload, record, volume.sizeGb() * BYTES_PER_GB, listener);
        }
    }

    private static ProblemException noS3(NetworkVolume volume) {
        return new ProblemException(Problem.usage(
                "cannot reach volume " + volume.name() + " over S3",
                S3Access.endpointOf(volume.dataCenter()).isEmpty()
                        ? "RunPod has no S3 in " + volume.dataCenter()
                        : "RUNPOD_S3_ACCESS_KEY and RUNPOD_S3_SECRET_KEY are not set",
                "leave --via away to take the best route there is; keys are made in RunPod's console, Settings, S3 API"
                        + " Keys"));
    }

    /** A run's pod that is there costs nothing more; one that an earlier sync left is billed anyway. */
    private Optional<TransferReport> overPod(
            SyncRequest request,
            Settings settings,
            List<Source> sources,
            Cloud cloud,
            NetworkVolume volume,
            SyncListener listener)
            throws InterruptedException {
        for (RunState run : runs.all()) {
            if (run.definition().volumeId().equals(volume.id())
                    && !run.maybeBilled().isEmpty()) {
                try (ReachPod.Reached pod = reachPod.reach(run, listener).orElse(null)) {
                    if (pod != null) {
                        return overPodOf(run, pod, request, sources, volume, listener);
                    }
                }
            }
        }
        Optional<LivePod> left = dataPods.left(cloud, volume, listener);
        SyncPlan plan = left.isPresent() ? usingLeft(left.get(), volume, request) : renting(cloud, volume, request);
        if (!listener.planned(plan) || request.dryRun()) {
            return Optional.empty();
        }
        try (DataPod pod = dataPods.obtain(
                settings,
                cloud,
                volume,
                request.projectDir(),
                request.local(),
                request.keepPod(),
                plan.rents(),
                listener)) {
            return new DataTransfer(DataPipesSource.over(pod.sessions(), SSH, time), time)
                    .upload(upload(request, sources, true), listener);
        }
    }

    private Optional<TransferReport> overPodOf(
            RunState run,
            ReachPod.Reached pod,
            SyncRequest request,
            List<Source> sources,
            NetworkVolume volume,
            SyncListener listener)
            throws InterruptedException {
        String id = pod.pod().id().value();
        SyncPlan plan = plan("the pod of run " + run.id() + " is running", volume, id, null, request.local());
        if (!listener.planned(plan)) {
            return Optional.empty();
        }
        return new DataTransfer(DataPipesSource.over(pod.sessions(), SSH, time), time)
                .upload(upload(request, sources, false), listener);
    }

    private static SyncPlan usingLeft(LivePod left, NetworkVolume volume, SyncRequest request) {
        return plan(
                "pod " + left.pod().id() + " is there from an earlier sync",
                volume,
                left.pod().id().value(),
                null,
                request.local());
    }

    private static SyncPlan renting(Cloud cloud, NetworkVolume volume, SyncRequest request)
            throws InterruptedException {
        List<CpuType> offers = DataPods.offers(cloud, volume);
        if (offers.isEmpty()) {
            throw new ProblemException(new Problem(
                    Problem.Kind.NO_CAPACITY,
                    "no pod can be had to move the data with",
                    "no CPU pod is offered in " + volume.dataCenter() + ", where volume " + volume.name() + " is",
                    "try again later, or launch the training first: its pod can take the data",
                    "nothing was rented"));
        }
        return plan("no pod of this volume is running", volume, null, offers.get(0), request.local());
    }

    private static SyncPlan plan(
            String reason, NetworkVolume volume, @Nullable String pod, @Nullable CpuType offer, boolean local) {
        return new SyncPlan(
                SyncPlan.Route.POD,
                reason,
                volume.id(),
                volume.dataCenter(),
                pod,
                offer == null ? null : DataPods.VCPUS + " vCPUs " + offer.id(),
                offer == null ? null : offer.priceUsd(),
                local);
    }

    private UploadRequest upload(SyncRequest request, List<Source> sources, boolean podEndsAfterwards) {
        return new UploadRequest(sources, DATA, request.checksum(), request.delete(), podEndsAfterwards, hashes);
    }
}
