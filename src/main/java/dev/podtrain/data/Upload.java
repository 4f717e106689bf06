package dev.podtrain.data;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.podtrain.base.Time;
import dev.podtrain.ssh.DataPipes;
import dev.podtrain.ssh.SshException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One try at bringing files to the host, over one set of connections. */
final class Upload {
    private static final Duration TICK = Duration.ofMillis(250);

    private static final int NAMES_AT_ONCE = 1000;

    private final UploadRequest request;
    private final DataPipes pipes;
    private final TransferListener listener;
    private final Meter meter;
    private final Time time;
    private final LeftOut leftOut = new LeftOut();
    private int unchanged;

    Upload(UploadRequest request, DataPipes pipes, TransferListener listener, Meter meter, Time time) {
        this.request = request;
        this.pipes = pipes;
        this.listener = listener;
        this.meter = meter;
        this.time = time;
    }

    /**
     * Compares and sends.
     *
     * @param agreed whether the listener has been asked, in an earlier try
     * @return empty if the listener did not want to go on
     */
    Optional<TransferReport> run(boolean agreed) throws InterruptedException, SshException {
        // This machine's files are looked at while the connection is made and the host looks at its own.
        LocalScan scan = LocalScan.start(request.sources(), leftOut);
        try (Agent agent = Agent.openShort(pipes, request.remoteDir())) {
            try {
                return run(agent, scan, agreed);
            } catch (IOException e) {
                throw e instanceof SshException known ? known : agent.failure(e);
            }
        }
    }

    private Optional<TransferReport> run(Agent agent, LocalScan scan, boolean agreed)
            throws IOException, InterruptedException {
        FarTree.askBehindPing(
                agent, request.sources().stream().map(Source::name).toList());
        Duration roundTrip = Agents.roundTrip(agent, time);
        Map<String, LocalItem> items = scan.items();
        FarTree far = FarTree.read(agent, leftOut);

        List<Entry> wanted = items.values().stream().map(LocalItem::entry).toList();
        Difference difference = Difference.of(wanted, far.entries(), request.checksum());
        difference.blocked().forEach(folder -> leftOut.add(folder.path(), Difference.BLOCKED));
        List<Entry> touched = new ArrayList<>(difference.unset());
        List<Entry> different = new ArrayList<>(difference.different());
        new Hashes(agent, request.hashCache(), listener)
                .compare(
                        difference.uncertain(),
                        Entry::path,
                        entry -> Lists.at(items, entry.path()).file(),
                        touched,
                        different);
        unchanged = difference.settled().size() + touched.size();
        List<String> extras = request.delete() ? extras(items, far) : List.of();

        long bytes = different.stream().mapToLong(Entry::size).sum();
        if (bytes > far.freeBytes()) {
            listener.warn("the receiving side shows less free space than the files need");
        }
        meter.begin(bytes, different.size());
        if (!agreed
                && !listener.compared(new TransferListener.Comparison(different.size(), bytes, unchanged, extras))) {
            return Optional.empty();
        }
        make(agent, difference, touched);
        send(agent, different, items, bytes, roundTrip);
        int deleted = delete(agent, extras);
        if (request.sync() && (!different.isEmpty() || deleted > 0)) {
            agent.ask("sync", json -> {});
        }
        listener.moved(meter.movement());
        return Optional.of(new TransferReport(
                meter.filesInAll(), meter.bytesInAll(), unchanged, deleted, leftOut.all(), meter.elapsed()));
    }

    private List<String> extras(Map<String, LocalItem> items, FarTree far) {
        Set<String> scopes = new HashSet<>();
        for (Source source : request.sources()) {
            LocalItem item = items.get(source.name());
            if (source.name().isEmpty() || (item != null && item.entry().kind() == Entry.Kind.FOLDER)) {
                scopes.add(source.name());
            }
        }
        return Difference.extras(items.keySet(), far.entries(), scopes);
    }

    private void make(Agent agent, Difference difference, List<Entry> touched) throws IOException {
        agent.request("make", json -> {
            Agent.writeStrings(
                    json,
                    "folders",
                    difference.folders().stream().map(Entry::path).toList());
            json.writeArrayFieldStart("links");
            for (Entry link : difference.links()) {
                json.writeStartArray();
                json.writeString(link.path());
                json.writeString(link.target());
                json.writeEndArray();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("touch");
            for (Entry entry : touched) {
                writeTouch(json, entry);
            }
            json.writeEndArray();
        });
        agent.flush();
        for (List<String> problem : agent.answer().rows("problems")) {
            leftOut.add(problem.get(0), problem.get(2));
        }
    }

    private static void writeTouch(JsonGenerator json, Entry entry) throws IOException {
        json.writeStartArray();
        json.writeString(entry.path());
        json.writeNumber(entry.modified());
        json.writeNumber(entry.mode());
        json.writeEndArray();
    }

    private void send(Agent agent, List<Entry> different, Map<String, LocalItem> items, long bytes, Duration roundTrip)
            throws InterruptedException, SshException {
        if (different.isEmpty()) {
            return;
        }
        List<LocalItem> small = new ArrayList<>();
        List<Piece> pieces = new ArrayList<>();
        for (Entry entry : different) {
            LocalItem item = Lists.at(items, entry.path());
            if (entry.size() > LargeFile.THRESHOLD) {
                pieces.add(new Piece.Begin(new LargeFile(item)));
            } else {
                small.add(item);
            }
        }
        Batches.of(small, item -> item.entry().size()).forEach(batch -> pieces.add(new Piece.Batch(batch, false)));
        Work<Piece> work = new Work<>();
        work.add(pieces);
        try (Lanes lanes = new Lanes(pipes, request.remoteDir(), work, new UploadLane(work, meter, leftOut))) {
            if (!pipes.hasSession()) {
                // It has a connection of its own: the first lane need not log in.
                lanes.use(agent, time.nanoTime());
            }
            lanes.start(bytes, roundTrip, time.nanoTime());
            while (!work.awaitEnd(TICK)) {
                listener.moved(meter.movement());
                lanes.adjust(meter, roundTrip, time.nanoTime());
            }
            lanes.throwFailure();
        }
    }

    /** Deletes last, and only if everything that was to be sent is there. */
    private int delete(Agent agent, List<String> extras) throws IOException {
        if (extras.isEmpty()) {
            return 0;
        }
        if (!leftOut.isEmpty()) {
            listener.warn("nothing was deleted, because not everything could be sent");
            return 0;
        }
        int deleted = 0;
        for (List<String> some : Lists.cut(extras, NAMES_AT_ONCE)) {
            Answer answer = agent.ask("delete", json -> Agent.writeStrings(json, "paths", some));
            deleted += Math.toIntExact(answer.number("done"));
            answer.rows("problems").forEach(problem -> leftOut.add(problem.get(0), problem.get(2)));
        }
        return deleted;
    }
}
