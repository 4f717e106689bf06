package dev.podtrain.run;

import dev.podtrain.base.Time;
import dev.podtrain.config.Settings;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.data.DataTransfer;
import dev.podtrain.data.DownloadRequest;
import dev.podtrain.data.Source;
import dev.podtrain.data.TransferListener;
import dev.podtrain.data.TransferReport;
import dev.podtrain.data.UploadRequest;
import dev.podtrain.ledger.Records;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The use cases around files, put together; each is built when it is asked for. */
public final class FileUseCases implements FileOperations {
    private static final String SSH = "ssh";

    private final Map<String, String> environment;
    private final CloudAccess clouds;
    private final ReachPod reachPod;
    private final RunStore store;
    private final RunStore dataPodStore;
    private final Path dataHashes;
    private final Supplier<String> newIntent;
    private final Time time;

    /**
     * Over the same collaborators as {@link Operations}.
     *
     * @param stateDirectory where runs are recorded, and beside them the pods that are rented for moving data only
     * @param newIntent gives 16 random hex digits, each time others
     */
    public FileUseCases(
            Map<String, String> environment,
            CloudAccess clouds,
            Path stateDirectory,
            Supplier<String> newIntent,
            Time time) {
        this.environment = Map.copyOf(environment);
        this.clouds = clouds;
        Records records = Records.in(stateDirectory);
        this.store = records.runs();
        this.dataPodStore = records.dataPods();
        this.dataHashes = stateDirectory.resolve("data/hashes");
        this.reachPod = new ReachPod(environment, clouds, store, time);
        this.newIntent = newIntent;
        this.time = time;
    }

    @Override
    public Optional<TransferReport> push(CopyRequest request, TransferListener listener) throws InterruptedException {
        RunState run = reachPod.find(request.selector());
        Path from = request.selector().projectDir();
        List<Source> sources = request.sources().stream()
                .map(source -> LocalSources.of(from, source))
                .toList();
        String destination = new RemotePaths(run.definition()).absolute(request.destination());
        UploadRequest upload =
                new UploadRequest(sources, withoutSlash(destination), request.checksum(), false, false, hashes(run));
        try (RunPodPipes pipes = pipes(run, listener)) {
            return new DataTransfer(pipes, time).upload(upload, listener);
        } catch (RunPodPipes.NoPodException e) {
            return new WithoutPod(clouds, reachPod, time, dataHashes).push(run, upload, listener);
        }
    }

    @Override
    public Optional<TransferReport> pull(CopyRequest request, TransferListener listener) throws InterruptedException {
        RunState run = reachPod.find(request.selector());
        RemotePaths paths = new RemotePaths(run.definition());
        List<Source> sources = request.sources().stream()
                .map(source -> LocalSources.named(paths.absolute(source)))
                .toList();
        Path destination =
                request.selector().projectDir().resolve(request.destination()).normalize();
        DownloadRequest download = new DownloadRequest(sources, destination, request.checksum(), hashes(run));
        try (RunPodPipes pipes = pipes(run, listener)) {
            return new DataTransfer(pipes, time).download(download, listener);
        } catch (RunPodPipes.NoPodException e) {
            return new WithoutPod(clouds, reachPod, time, dataHashes).pull(run, download, listener);
        }
    }

    @Override
    public Optional<Integer> exec(ExecRequest request, CommandOutput output) throws InterruptedException {
        RunState run = reachPod.find(request.selector());
        return new ExecOnPod(reachPod, time).run(run, request, output);
    }

    @Override
    public Optional<TransferReport> syncData(SyncRequest request, SyncListener listener) throws InterruptedException {
        DataPods dataPods = new DataPods(dataPodStore, newIntent, time);
        return new SyncData(new SettingsLoader(environment), clouds, store, dataPods, reachPod, dataHashes, time)
                .sync(request, listener);
    }

    private RunPodPipes pipes(RunState run, TransferListener listener) {
        Settings settings = reachPod.settings(run);
        Path own = settings.pod().sshKeyPath();
        Path key = own == null ? store.privateKey(run.id()) : own;
        return new RunPodPipes(reachPod, run, new KnownPods(store, key, run), SSH, time, listener);
    }

    private Path hashes(RunState run) {
        return store.directory(run.id()).resolve("data-hashes");
    }

    private static String withoutSlash(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
