package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    private interface Copy<T> {
        T run(S3Volume s3, NetworkVolume volume) throws InterruptedException;
    }

    Optional<TransferReport> push(RunState run, UploadRequest request, TransferListener listener)
            throws InterruptedException {
        UploadRequest onVolume = new UploadRequest(
                request.sources(), key(request.remoteDir()), request.checksum(), false, false, request.hashCache());
        return copy(run, listener, (s3, volume) -> new S3Transfer(s3, time)
                .upload(
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
        return copy(run, listener, (s3, volume) -> new S3Transfer(s3, time).download(fromVolume, listener));
    }

    /**
     * Brings the event files below a folder home, into a folder that then holds those alone.
     *
     * @param folder absolute, on the pod
     * @return empty if the listener does not want them
     * @throws ProblemException if there are none
     */
    Optional<TransferReport> pullEvents(RunState run, String folder, Path localDir, TransferListener listener)
            throws InterruptedException {
        String prefix = key(folder) + "/";
        return copy(run, listener, (s3, volume) -> {
            List<Source> events = new ArrayList<>();
            s3.list(prefix, object -> {
                if (isEventFile(object.key())) {
                    events.add(new Source("/" + object.key(), object.key().substring(prefix.length())));
                }
            });
            if (events.isEmpty()) {
                throw noEvents(folder);
            }
            DownloadRequest request = new DownloadRequest(events, localDir, false, hashes);
            Optional<TransferReport> report = new S3Transfer(s3, time).download(request, listener);
            if (report.isPresent()) {
                forgetOthers(localDir, events);
            }
            return report;
        });
    }

    /** By the mark that TensorBoard knows them by. */
    private static boolean isEventFile(String key) {
        return key.substring(key.lastIndexOf('/') + 1).contains("tfevents");
    }

    /** What an earlier start of the training wrote would be drawn as if it were part of this one. */
    private static void forgetOthers(Path localDir, List<Source> events) {
        Set<Path> kept = events.stream()
                .map(event -> localDir.resolve(event.name()).normalize())
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(localDir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!kept.contains(file.normalize())) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProblemException noEvents(String folder) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "there are no event files to show",
                "none is in " + folder + " on the network volume, or below it, and no pod of the run is running",
                "say where they are with the setting LOGGING_DIR; a Hugging Face trainer writes them where the package"
                        + " tensorboard is installed",
                "nothing was rented"));
    }

    private <T> T copy(RunState run, Progress progress, Copy<T> copy) throws InterruptedException {
        try (Cloud cloud = clouds.open(reachPod.settings(run), run.definition().local(), progress)) {
            NetworkVolume volume =
                    cloud.pods().networkVolume(run.definition().volumeId()).orElseThrow(() -> noPod(run));
            S3Access access = cloud.volumes().s3(volume).orElseThrow(() -> noPod(run));
            progress.report("no pod is running: going over S3 to volume " + volume.name());
            try (S3Volume s3 = new S3Volume(access, time, progress)) {
                return copy.run(s3, volume);
            }
        }
    }

    private static ProblemException noPod(RunState run) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "run " + run.id() + " has no pod to reach",
                "the provider shows none that is running",
                "launch it again (" + LaunchCommand.of(run.definition()) + "), or set RUNPOD_S3_ACCESS_KEY and"
                        + " RUNPOD_S3_SECRET_KEY to reach its network volume without a pod",
                "nothing was copied"));
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
