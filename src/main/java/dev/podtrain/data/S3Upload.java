package dev.podtrain.data;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.s3.ContentTag;
import dev.podtrain.s3.S3Object;
import dev.podtrain.s3.S3Volume;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings files onto a volume over its S3 API, without any pod. There are no links and no modes there: links arrive as what
 * they lead to. An object appears whole or not at all; the volume's own size of each is compared with the file's.
 */
final class S3Upload {
    private static final Duration TICK = Duration.ofMillis(250);
    private static final int THREADS = 8;

    private final S3Volume volume;
    private final UploadRequest request;
    private final S3Record record;
    private final long volumeBytes;
    private final TransferListener listener;
    private final Meter meter;
    private final LeftOut leftOut = new LeftOut();

    /** @param volumeBytes how much fits on the volume */
    S3Upload(
            S3Volume volume,
            UploadRequest request,
            S3Record record,
            long volumeBytes,
            TransferListener listener,
            Time time) {
        this.volume = volume;
        this.request = request;
        this.record = record;
        this.volumeBytes = volumeBytes;
        this.listener = listener;
        this.meter = new Meter(time);
    }

    Optional<TransferReport> run() throws InterruptedException {
        Map<String, LocalItem> items = LocalTree.read(request.sources(), true, leftOut);
        S3Tree there = list();
        List<Entry> wanted = items.values().stream().map(LocalItem::entry).toList();
        List<LocalItem> different = new ArrayList<>();
        List<Entry> folders = new ArrayList<>();
        int unchanged = 0;
        for (Entry entry : wanted) {
            LocalItem item = Lists.at(items, entry.path());
            Entry copy = there.entries().get(entry.path());
            if (!entry.isFile()) {
                if (copy == null) {
                    folders.add(entry);
                }
            } else if (isThere(item, there)) {
                unchanged++;
            } else {
                different.add(item);
            }
        }
        long bytes = different.stream().mapToLong(item -> item.entry().size()).sum();
        checkSpace(bytes, there);
        List<String> extras = request.delete() ? extras(items, there) : List.of();
        meter.begin(bytes, different.size());
        if (!listener.compared(new TransferListener.Comparison(different.size(), bytes, unchanged, extras))) {
            return Optional.empty();
        }
        makeEmpty(folders, items.keySet());
        try {
            send(different);
        } finally {
            remember();
        }
        int deleted = delete(extras, there);
        listener.moved(meter.movement());
        return Optional.of(new TransferReport(
                meter.filesInAll(), meter.bytesInAll(), unchanged, deleted, leftOut.all(), meter.elapsed()));
    }

    private S3Tree list() throws InterruptedException {
        listener.report("listing what is on the volume");
        S3Tree tree = new S3Tree();
        for (Source source : request.sources()) {
            tree.add(volume, key(source.name()), source.name());
        }
        return tree;
    }

    private String key(String path) {
        return path.isEmpty() ? request.remoteDir() : request.remoteDir() + "/" + path;
    }

    private boolean isThere(LocalItem item, S3Tree there) {
        Entry copy = there.entries().get(item.entry().path());
        if (copy == null || !copy.isFile() || copy.size() != item.entry().size()) {
            return false;
        }
        S3Object object = Lists.at(there.objects(), copy.path());
        if (!request.checksum() && record.matches(key(copy.path()), item.entry(), object)) {
            return true;
        }
        if (S3Tree.hasContentOf(item.file(), object)) {
            record.put(key(copy.path()), item.entry(), object);
            return true;
        }
        return false;
    }

    /** Uploads of parts do not notice a full volume (RunPod's page on S3, 2026-08). */
    private void checkSpace(long bytes, S3Tree there) {
        long used = there.entries().values().stream().mapToLong(Entry::size).sum();
        if (bytes > volumeBytes || used + bytes > volumeBytes) {
            throw new ProblemException(new Problem(
                    Problem.Kind.FAILED,
                    "the data do not fit onto the volume",
                    bytes / 1_000_000 + " MB are to be sent to a volume of " + volumeBytes / 1_000_000
                            + " MB, on which earlier data take " + used / 1_000_000 + " MB",
                    "enlarge the volume in RunPod's console under Storage, or send less",
                    "nothing was sent"));
        }
    }

    private List<String> extras(Map<String, LocalItem> items, S3Tree there) {
        Set<String> scopes = new HashSet<>();
        for (Source source : request.sources()) {
            LocalItem item = items.get(source.name());
            if (source.name().isEmpty() || (item != null && !item.entry().isFile())) {
                scopes.add(source.name());
            }
        }
        return Difference.extras(items.keySet(), there.entries(), scopes);
    }

    /** A folder with something in it comes with that. */
    private void makeEmpty(List<Entry> folders, Set<String> paths) throws InterruptedException {
        Set<String> parents = new HashSet<>();
        for (String path : paths) {
            parents.add(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
        }
        for (Entry folder : folders) {
            if (!parents.contains(folder.path())) {
                volume.put(
                        key(folder.path()) + "/",
                        (offset, length) -> new ByteArrayInputStream(new byte[0]),
                        0,
                        n -> {});
            }
        }
    }

    private void send(List<LocalItem> different) throws InterruptedException {
        Work<LocalItem> work = new Work<>();
        work.add(different);
        try (Crew<LocalItem> crew = new Crew<>(work, this::put)) {
            crew.start(Math.min(THREADS, different.size()));
            while (!work.awaitEnd(TICK)) {
                listener.moved(meter.movement());
            }
            crew.throwFailure();
        }
    }

    private void put(LocalItem item) throws InterruptedException {
        Entry entry = item.entry();
        meter.began(entry.path());
        try {
            for (int attempt = 0; attempt < 2; attempt++) {
                S3Object object = null;
                try {
                    object = volume.put(
                            key(entry.path()),
                            (offset, length) -> LocalFiles.openAt(item.file(), offset),
                            entry.size(),
                            meter::moved);
                } catch (UncheckedIOException e) {
                    // Shorter than it was, or not to be read: whatever was there before is still there.
                    if (attempt > 0 || !LocalFiles.exists(item.file())) {
                        throw e;
                    }
                }
                BasicFileAttributes now = LocalFiles.attributes(item.file());
                Entry after = Entry.file(entry.path(), now.size(), LocalTree.nanos(now), entry.executable());
                if (object != null && after.equals(entry)) {
                    arrived(entry, object);
                    return;
                }
                entry = after;
            }
            // Two tries gave a mixture: it must not be taken for the file.
            volume.delete(key(entry.path()));
            leftOut.add(entry.path(), "it changes while it is read");
        } catch (ProblemException e) {
            if (!S3Volume.refusesOneObject(e)) {
                throw e;
            }
            leftOut.add(entry.path(), e.problem().why());
        } catch (UncheckedIOException e) {
            leftOut.add(entry.path(), LocalTree.reason(e.getCause() == null ? e : e.getCause()));
        } catch (IOException e) {
            leftOut.add(entry.path(), LocalTree.reason(e));
        }
    }

    private void arrived(Entry entry, S3Object object) {
        record.put(key(entry.path()), entry, object);
        if (!ContentTag.isPlain(object)) {
            // Big, and its tag may not tell what it holds: it must be known again even if this program is killed.
            remember();
        }
        meter.filesDone(1);
    }

    /** Without it the next comparison only takes longer, or sends more. */
    private void remember() {
        try {
            record.save();
        } catch (IOException e) {
            listener.report("what was sent cannot be noted: " + e.getMessage());
        }
    }

    private int delete(List<String> extras, S3Tree there) throws InterruptedException {
        if (extras.isEmpty()) {
            return 0;
        }
        if (!leftOut.isEmpty()) {
            listener.warn("nothing was deleted, because not everything could be sent");
            return 0;
        }
        for (String path : extras) {
            boolean isFile = Lists.at(there.entries(), path).isFile();
            volume.delete(key(path) + (isFile ? "" : "/"));
        }
        return extras.size();
    }
}
