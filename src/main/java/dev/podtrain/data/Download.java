package dev.podtrain.data;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.ssh.DataPipes;
import dev.podtrain.ssh.SshException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One try at fetching files from the host, over one set of connections. */
final class Download {
    private static final Duration TICK = Duration.ofMillis(250);

    private final DownloadRequest request;
    private final DataPipes pipes;
    private final TransferListener listener;
    private final Meter meter;
    private final Time time;
    private final LeftOut leftOut = new LeftOut();

    Download(DownloadRequest request, DataPipes pipes, TransferListener listener, Meter meter, Time time) {
        this.request = request;
        this.pipes = pipes;
        this.listener = listener;
        this.meter = meter;
        this.time = time;
    }

    /** Compares and fetches; see {@link Upload#run}. */
    Optional<TransferReport> run(boolean agreed) throws InterruptedException, SshException {
        try (Agent agent = Agent.openShort(pipes, "/")) {
            try {
                return run(agent, agreed);
            } catch (IOException e) {
                throw e instanceof SshException known ? known : agent.failure(e);
            }
        }
    }

    private Optional<TransferReport> run(Agent agent, boolean agreed) throws IOException, InterruptedException {
        agent.request("ping", json -> {});
        agent.flush();
        Duration roundTrip = Agents.roundTrip(agent, time);
        Map<String, RemoteItem> wanted = list(agent);
        List<Entry> entries = wanted.values().stream().map(RemoteItem::entry).toList();
        Difference difference = Difference.of(entries, LocalPlaces.entries(wanted), request.checksum());
        difference.blocked().forEach(folder -> leftOut.add(folder.path(), Difference.BLOCKED));
        List<Entry> touched = new ArrayList<>(difference.unset());
        List<Entry> different = new ArrayList<>(difference.different());
        Hashes hashes = new Hashes(agent, request.hashCache(), listener);
        hashes.compare(
                difference.uncertain(),
                entry -> Lists.at(wanted, entry.path()).remotePath(),
                entry -> Lists.at(wanted, entry.path()).file(),
                touched,
                different);
        int unchanged = difference.settled().size() + touched.size();
        long bytes = different.stream().mapToLong(Entry::size).sum();
        meter.begin(bytes, different.size());
        if (!agreed
                && !listener.compared(new TransferListener.Comparison(different.size(), bytes, unchanged, List.of()))) {
            return Optional.empty();
        }
        LocalPlaces places = new LocalPlaces(request.localDir(), wanted, leftOut);
        places.makeFolders(difference.folders());
        places.makeLinks(difference.links());
        places.setTimes(touched);
        fetch(agent, different, wanted, bytes, roundTrip);
        listener.moved(meter.movement());
        return Optional.of(new TransferReport(
                meter.filesInAll(), meter.bytesInAll(), unchanged, 0, leftOut.all(), meter.elapsed()));
    }

    /** What there is to fetch, by its path below the destination. */
    private Map<String, RemoteItem> list(Agent agent) throws IOException {
        List<String> paths = request.sources().stream()
                .map(source -> source.from().substring(1))
                .toList();
        List<List<String>> real = agent.ask("resolve", json -> Agent.writeStrings(json, "paths", paths))
                .rows("real");
        Map<String, RemoteItem> items = new LinkedHashMap<>();
        for (int i = 0; i < paths.size(); i++) {
            String place = real.get(i).get(0);
            if (place.isEmpty()) {
                throw notThere(request.sources().get(i));
            }
            FarTree.ask(agent, List.of(place));
            FarTree far = FarTree.read(agent, leftOut);
            new RemoteTree(request.sources().get(i), place, request.localDir(), leftOut).add(far, items);
        }
        return items;
    }

    private void fetch(
            Agent agent, List<Entry> different, Map<String, RemoteItem> wanted, long bytes, Duration roundTrip)
            throws InterruptedException, IOException {
        if (different.isEmpty()) {
            return;
        }
        List<RemoteItem> small = new ArrayList<>();
        List<PartFile> large = new ArrayList<>();
        Work<Parcel> work = new Work<>();
        DownloadLane lane = new DownloadLane(work, meter, leftOut);
        try {
            for (Entry entry : different) {
                RemoteItem item = Lists.at(wanted, entry.path());
                if (entry.size() > LargeFile.THRESHOLD) {
                    PartFile file = new PartFile(item);
                    large.add(file);
                    lane.begin(file);
                } else {
                    small.add(item);
                }
            }
            Batches.of(small, item -> item.entry().size()).forEach(batch -> work.add(List.of(new Parcel.Batch(batch))));
            try (Lanes lanes = new Lanes(pipes, "/", work, lane)) {
                if (!pipes.hasSession()) {
                    lanes.use(agent, time.nanoTime());
                }
                lanes.start(bytes, roundTrip, time.nanoTime());
                while (!work.awaitEnd(TICK)) {
                    listener.moved(meter.movement());
                    lanes.adjust(meter, roundTrip, time.nanoTime());
                }
                lanes.throwFailure();
            }
        } finally {
            for (PartFile file : large) {
                file.close();
            }
        }
    }

    private static ProblemException notThere(Source source) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "cannot fetch " + source.from(),
                "there is no such file or folder on the pod",
                "look there with: pod-train exec -- ls -l; relative paths count from the project's folder on the pod",
                "nothing was fetched"));
    }
}
