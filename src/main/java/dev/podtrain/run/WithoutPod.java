package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.data.DownloadRequest;
import dev.podtrain.data.S3Transfer;
import dev.podtrain.data.Source;
import dev.podtrain.data.TransferListener;
import dev.podtrain.data.TransferReport;
import dev.podtrain.data.UploadRequest;
import dev.podtrain.ledger.RunState;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.s3.S3Access;
import dev.podtrain.s3.S3Volume;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Copies to and from a run's network volume while the run has no pod: over S3, which costs nothing. */
final class WithoutPod {
    private static final String TOP = RunSpec.WORKSPACE + "/";
    private static final long BYTES_PER_GB = 1_000_000_000L;

    private final CloudAccess clouds;
    private final ReachPod reachPod;
    private final Time time;
    private final Path hashes;

    WithoutPod(CloudAccess clouds, ReachPod reachPod, Time time, Path hashes) {
        this.clouds = clouds;
        this.reachPod = reachPod;
        this.time = time;
        this.hashes = hashes;
    }

    /** Does something with a volume. */
    private interface Copy {
        Optional<TransferReport> run(S3Transfer transfer, NetworkVolume volume) throws InterruptedException;
    }

    Optional<TransferReport> push(RunState run, UploadRequest request, TransferListener listener)
            throws InterruptedException {
        UploadRequest onVolume = new UploadRequest(
                request.sources(), key(request.remoteDir()), request.checksum(), false, false, request.hashCache());
        return copy(
                run,
                listener,
                (transfer, volume) -> transfer.upload(
                        onVolume,
                        hashes.resolveSibling("s3-" + volume.id()),
                        volume.sizeGb() * BYTES_PER_GB,
                        listener));
    }

    Optional<TransferReport> pull(RunState run, DownloadRequest request, TransferListener listener)
            throws InterruptedException {
        List<Source> sources = request.sources().stream()
                .map(source -> new Source("/" + key(source.from()), source.name()))
                .toList();
        DownloadRequest fromVolume =
                new DownloadRequest(sources, request.localDir(), request.checksum(), request.hashCache());
        return copy(run, listener, (transfer, volume) -> transfer.download(fromVolume, listener));
    }

    private Optional<TransferReport> copy(RunState run, TransferListener listener, Copy copy)
            throws InterruptedException {
        try (Cloud cloud = clouds.open(reachPod.settings(run), run.definition().local(), listener)) {
            NetworkVolume volume =
                    cloud.pods().networkVolume(run.definition().volumeId()).orElseThrow(() -> RunPodPipes.noPod(run));
            S3Access access = cloud.volumes().s3(volume).orElseThrow(() -> RunPodPipes.noPod(run));
            listener.report("no pod is running: going over S3 to volume " + volume.name());
            try (S3Volume s3 = new S3Volume(access, time, listener)) {
                return copy.run(new S3Transfer(s3, time), volume);
            }
        }
    }

    /** The path below the volume's mount. */
    private static String key(String path) {
        if (!path.startsWith(TOP) || path.length() == TOP.length()) {
            throw new ProblemException(Problem.usage(
                    "cannot reach " + path + " without a pod",
                    "no pod of the run is running, and only what is below " + TOP + " is on its network volume",
                    "name something there, or launch the run again"));
        }
        return path.substring(TOP.length());
    }
}
