package dev.podtrain.data;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.s3.S3Volume;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/** Fetches files from a volume over its S3 API: results come home with no pod running. */
final class S3Download {
    private static final Duration TICK = Duration.ofMillis(250);
    private static final int THREADS = 8;

    private final S3Volume volume;
    private final DownloadRequest request;
    private final TransferListener listener;
    private final Meter meter;
    private final LeftOut leftOut = new LeftOut();

    S3Download(S3Volume volume, DownloadRequest request, TransferListener listener, Time time) {
        this.volume = volume;
        this.request = request;
        this.listener = listener;
        this.meter = new Meter(time);
    }

    Optional<TransferReport> run() throws InterruptedException {
        S3Tree there = list();
        Map<String, RemoteItem> wanted = new LinkedHashMap<>();
        there.entries().values().forEach(entry -> add(entry, there, wanted));
        List<Entry> entries = wanted.values().stream().map(RemoteItem::entry).toList();
        Difference difference = Difference.of(entries, LocalPlaces.entries(wanted), request.checksum());
        difference.blocked().forEach(folder -> leftOut.add(folder.path(), Difference.BLOCKED));
        List<Entry> different = new ArrayList<>(difference.different());
        List<Entry> touched = new ArrayList<>();
        for (Entry entry : difference.uncertain()) {
            boolean same =
                    S3Tree.hasContentOf(Lists.at(wanted, entry.path()).file(), Lists.at(there.objects(), entry.path()));
            (same ? touched : different).add(entry);
        }
        int unchanged = difference.settled().size() + touched.size();
        long bytes = different.stream().mapToLong(Entry::size).sum();
        meter.begin(bytes, different.size());
        if (!listener.compared(new TransferListener.Comparison(different.size(), bytes, unchanged, List.of()))) {
            return Optional.empty();
        }
        LocalPlaces places = new LocalPlaces(request.localDir(), wanted, leftOut);
        places.makeFolders(difference.folders());
        places.setTimes(touched);
        fetch(different, wanted);
        listener.moved(meter.movement());
        return Optional.of(new TransferReport(
                meter.filesInAll(), meter.bytesInAll(), unchanged, 0, leftOut.all(), meter.elapsed()));
    }

    private S3Tree list() throws InterruptedException {
        S3Tree tree = new S3Tree();
        for (Source source : request.sources()) {
            listener.report("listing " + source.from());
            int before = tree.entries().size();
            tree.add(volume, source.from().substring(1), source.name());
            if (tree.entries().size() == before) {
                throw new ProblemException(new Problem(
                        Problem.Kind.FAILED,
                        "cannot fetch " + source.from(),
                        "there is no such file or folder on the network volume",
                        "relative paths count from the project's folder on the volume, which is /workspace/<PROJECT_DIR>",
                        "nothing was fetched"));
            }
        }
        return tree;
    }

    private void add(Entry entry, S3Tree there, Map<String, RemoteItem> wanted) {
        String key = entry.isFile() ? Lists.at(there.objects(), entry.path()).key() : "";
        Path file;
        try {
            file = request.localDir().resolve(entry.path());
        } catch (InvalidPathException e) {
            leftOut.add(entry.path(), LocalTree.NOT_UTF8);
            return;
        }
        // What the volume says is not trusted.
        if (file.normalize().startsWith(request.localDir().normalize())) {
            wanted.put(entry.path(), new RemoteItem(entry, key, file));
        }
    }

    private void fetch(List<Entry> different, Map<String, RemoteItem> wanted) throws InterruptedException {
        Work<Parcel> work = new Work<>();
        List<PartFile> large = new ArrayList<>();
        DownloadLane finishing = new DownloadLane(work, meter, leftOut);
        List<RemoteItem> small = new ArrayList<>();
        for (Entry entry : different) {
            RemoteItem item = Lists.at(wanted, entry.path());
            if (entry.size() > LargeFile.THRESHOLD) {
                PartFile file = new PartFile(item);
                large.add(file);
                finishing.begin(file);
            } else {
                small.add(item);
            }
        }
        small.forEach(item -> work.add(List.of(new Parcel.Batch(List.of(item)))));
        try (Crew<Parcel> crew = new Crew<>(work, parcel -> get(parcel, finishing))) {
            crew.start(THREADS);
            while (!work.awaitEnd(TICK)) {
                listener.moved(meter.movement());
            }
            crew.throwFailure();
        } finally {
            large.forEach(S3Download::close);
        }
    }

    private static void close(PartFile file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void get(Parcel parcel, DownloadLane finishing) throws InterruptedException {
        if (parcel instanceof Parcel.Batch batch) {
            for (RemoteItem item : batch.items()) {
                getWhole(item);
            }
        } else if (parcel instanceof Parcel.Range range) {
            getRange(range);
            if (range.file().rangeDone()) {
                finishing.finish(range.file());
            }
        }
    }

    private void getWhole(RemoteItem item) throws InterruptedException {
        meter.began(item.entry().path());
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        if (item.entry().size() > 0) {
            volume.get(item.remotePath(), 0, item.entry().size(), content);
        }
        meter.moved(content.size());
        try {
            NewFile.write(item, content.toByteArray());
            meter.filesDone(1);
        } catch (IOException e) {
            leftOut.add(item.entry().path(), NewFile.trouble(item.file(), e));
        }
    }

    private void getRange(Parcel.Range range) throws InterruptedException {
        PartFile file = range.file();
        meter.began(file.entry().path());
        RangeOutput out = new RangeOutput(file, range.offset(), meter);
        try {
            volume.get(file.item().remotePath(), range.offset(), range.length(), out);
            file.note(range.offset(), range.length(), out.checksum.getValue());
        } catch (UncheckedIOException e) {
            file.fail(NewFile.trouble(file.item().file(), e.getCause() == null ? new IOException(e) : e.getCause()));
        } catch (IOException e) {
            file.fail(NewFile.trouble(file.item().file(), e));
        }
    }

    /** Writes what comes to its place in the part. */
    private static final class RangeOutput extends OutputStream {
        private final PartFile file;
        private final Meter meter;
        private final CRC32 checksum = new CRC32();
        private long at;

        RangeOutput(PartFile file, long offset, Meter meter) {
            this.file = file;
            this.at = offset;
            this.meter = meter;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            byte[] piece = offset == 0 ? bytes : Arrays.copyOfRange(bytes, offset, offset + length);
            file.write(piece, length, at);
            checksum.update(piece, 0, length);
            at += length;
            meter.moved(length);
        }
    }
}
