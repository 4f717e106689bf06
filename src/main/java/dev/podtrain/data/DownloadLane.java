package dev.podtrain.data;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Fetches over one connection, asking ahead so that the host never waits for the next request. */
final class DownloadLane implements Lanes.Lane {
    private static final int AHEAD = 4;
    private static final int CHUNK = 256 * 1024;

    private final Work<Parcel> work;
    private final Meter meter;
    private final LeftOut leftOut;

    DownloadLane(Work<Parcel> work, Meter meter, LeftOut leftOut) {
        this.work = work;
        this.meter = meter;
        this.leftOut = leftOut;
    }

    @Override
    public void run(Agent agent) throws IOException, InterruptedException {
        Deque<Parcel> asked = new ArrayDeque<>();
        byte[] chunk = new byte[CHUNK];
        while (true) {
            while (asked.size() < AHEAD) {
                Optional<Parcel> next = asked.isEmpty() ? work.take() : work.takeIfThere();
                if (next.isEmpty()) {
                    break;
                }
                ask(agent, next.get());
                asked.add(next.get());
            }
            if (asked.isEmpty()) {
                return;
            }
            agent.flush();
            receive(agent, asked.removeFirst(), chunk);
            work.done();
        }
    }

    private static void ask(Agent agent, Parcel parcel) throws IOException {
        if (parcel instanceof Parcel.Batch batch) {
            agent.request(
                    "send",
                    json -> Agent.writeStrings(
                            json,
                            "paths",
                            batch.items().stream().map(RemoteItem::remotePath).toList()));
        } else if (parcel instanceof Parcel.Range range) {
            agent.request("read", json -> {
                json.writeStringField("path", range.file().item().remotePath());
                json.writeNumberField("size", range.file().entry().size());
                json.writeNumberField("modified", range.file().entry().modified());
                json.writeNumberField("offset", range.offset());
                json.writeNumberField("length", range.length());
            });
        } else {
            throw new AssertionError(parcel);
        }
    }

    private void receive(Agent agent, Parcel parcel, byte[] chunk) throws IOException {
        if (parcel instanceof Parcel.Batch batch) {
            for (RemoteItem item : batch.items()) {
                receiveWhole(agent, item);
            }
        } else if (parcel instanceof Parcel.Range range) {
            receiveRange(agent, range, chunk);
            if (range.file().rangeDone()) {
                finish(range.file());
            }
        }
    }

    private void receiveWhole(Agent agent, RemoteItem item) throws IOException {
        Answer answer = agent.answer();
        if (answer.word("problem") != null) {
            leftOut.add(item.entry().path(), String.valueOf(answer.word("detail")));
            return;
        }
        meter.began(item.entry().path());
        byte[] content = agent.read(Math.toIntExact(answer.number("size")));
        meter.moved(content.length);
        // As it was when it was read, should it have been changed since it was listed.
        Entry now = Entry.file(
                item.entry().path(), content.length, answer.number("modified"), (answer.number("mode") & 0100) != 0);
        try {
            NewFile.write(new RemoteItem(now, item.remotePath(), item.file()), content);
            meter.filesDone(1);
        } catch (IOException e) {
            leftOut.add(item.entry().path(), NewFile.trouble(item.file(), e));
        }
    }

    private void receiveRange(Agent agent, Parcel.Range range, byte[] chunk) throws IOException {
        PartFile file = range.file();
        Answer answer = agent.answer();
        if (answer.word("problem") != null) {
            file.fail(String.valueOf(answer.word("detail")));
            return;
        }
        meter.began(file.entry().path());
        CRC32 checksum = new CRC32();
        long end = range.offset() + range.length();
        for (long at = range.offset(); at < end; ) {
            int length = agent.read(chunk, (int) Math.min(CHUNK, end - at));
            checksum.update(chunk, 0, length);
            write(file, chunk, length, at);
            at += length;
            meter.moved(length);
        }
        if (agent.answer().number("unchanged") == 0) {
            file.fail("it changes while it is read");
        }
        if (file.trouble() == null) {
            note(range, checksum.getValue());
        }
    }

    /** The bytes have to be taken from the connection even if they cannot be kept. */
    private static void write(PartFile file, byte[] chunk, int length, long offset) {
        try {
            if (file.trouble() == null) {
                file.write(chunk, length, offset);
            }
        } catch (IOException e) {
            file.fail(NewFile.trouble(file.item().file(), e));
        }
    }

    private static void note(Parcel.Range range, long checksum) {
        try {
            range.file().note(range.offset(), range.length(), checksum);
        } catch (IOException e) {
            range.file().fail(NewFile.trouble(range.file().item().file(), e));
        }
    }

    /** Adds what is missing of a large file to the work; finishes it if nothing is. */
    void begin(PartFile file) {
        try {
            List<Parcel> ranges = file.begin();
            long missing = ranges.stream()
                    .mapToLong(range -> ((Parcel.Range) range).length())
                    .sum();
            meter.found(file.entry().size() - missing);
            if (ranges.isEmpty()) {
                finish(file);
            }
            work.add(ranges);
        } catch (IOException e) {
            leftOut.add(file.entry().path(), NewFile.trouble(file.item().file(), e));
        }
    }

    /** Called when nothing of the file is left to fetch. */
    void finish(PartFile file) {
        @Nullable String trouble = file.trouble();
        try {
            if (trouble == null) {
                file.finish();
                meter.filesDone(1);
            } else {
                leftOut.add(file.entry().path(), Objects.requireNonNull(trouble));
                file.abandon();
            }
        } catch (IOException e) {
            leftOut.add(file.entry().path(), NewFile.trouble(file.item().file(), e));
        }
    }
}
