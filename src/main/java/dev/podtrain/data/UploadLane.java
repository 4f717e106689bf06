package dev.podtrain.data;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Sends pieces over one connection without waiting for their answers, which a second thread reads: what is sent never
 * stands still for a round trip.
 */
final class UploadLane implements Lanes.Lane {
    private static final int CHUNK = 256 * 1024;

    /** How long the host's last words are waited for once it takes nothing more. */
    private static final Duration HANG_UP = Duration.ofSeconds(5);

    private static final String CHANGED = "it changes while it is read";

    private final Work<Piece> work;
    private final Meter meter;
    private final LeftOut leftOut;

    UploadLane(Work<Piece> work, Meter meter, LeftOut leftOut) {
        this.work = work;
        this.meter = meter;
        this.leftOut = leftOut;
    }

    @Override
    public void run(Agent agent) throws IOException, InterruptedException {
        Answers answers = new Answers(agent);
        answers.start();
        try {
            Sender sender = new Sender(agent, answers);
            for (Optional<Piece> piece = work.take(); piece.isPresent(); piece = work.take()) {
                sender.send(piece.get());
            }
        } catch (IOException e) {
            // What the host said last tells more than that it hung up.
            answers.awaitFailure();
            answers.throwFailure();
            throw e;
        } finally {
            answers.interrupt();
        }
        answers.throwFailure();
    }

    /** The writing half. */
    private final class Sender {
        private final Agent agent;
        private final Answers answers;
        private final byte[] chunk = new byte[CHUNK];
        private byte[] buffer = new byte[Batches.BYTES + CHUNK];

        Sender(Agent agent, Answers answers) {
            this.agent = agent;
            this.answers = answers;
        }

        void send(Piece piece) throws IOException, InterruptedException {
            if (piece instanceof Piece.Batch batch) {
                sendBatch(batch);
            } else if (piece instanceof Piece.Begin begin) {
                Entry entry = begin.file().entry();
                meter.began(entry.path());
                answers.expect(begin);
                agent.request("partial", json -> describe(json, entry));
            } else if (piece instanceof Piece.Range range) {
                sendRange(range);
            } else if (piece instanceof Piece.Finish finish) {
                answers.expect(finish);
                agent.request("finish", json -> describe(json, finish.file().entry()));
            } else if (piece instanceof Piece.Abandon abandon) {
                answers.expect(abandon);
                agent.request("abandon", json -> describe(json, abandon.file().entry()));
            } else {
                throw new AssertionError(piece);
            }
            agent.flush();
        }

        private void describe(JsonGenerator json, Entry entry) throws IOException {
            json.writeStringField("path", entry.path());
            json.writeNumberField("size", entry.size());
            json.writeNumberField("modified", entry.modified());
            json.writeNumberField("mode", entry.mode());
        }

        private void sendBatch(Piece.Batch batch) throws IOException, InterruptedException {
            List<Entry> read = new ArrayList<>();
            int length = 0;
            for (LocalItem item : batch.items()) {
                Entry entry = readWhole(item, length);
                if (entry != null) {
                    read.add(entry);
                    length += Math.toIntExact(entry.size());
                }
            }
            if (read.isEmpty()) {
                work.done();
                return;
            }
            meter.began(read.get(0).path());
            answers.expect(batch);
            agent.request("files", json -> {
                json.writeArrayFieldStart("files");
                for (Entry entry : read) {
                    json.writeStartArray();
                    json.writeString(entry.path());
                    json.writeNumber(entry.size());
                    json.writeNumber(entry.modified());
                    json.writeNumber(entry.mode());
                    json.writeEndArray();
                }
                json.writeEndArray();
            });
            agent.contents().write(buffer, 0, length);
            meter.moved(length);
        }

        /** Reads a small file into the buffer; null if it was left out. One that is being saved just now is read again. */
        private @Nullable Entry readWhole(LocalItem item, int at) {
            Entry entry = item.entry();
            try {
                for (int attempt = 0; attempt < 2; attempt++) {
                    ensureRoom(at, entry.size());
                    if (readExactly(item.file(), at, Math.toIntExact(entry.size()))) {
                        Entry after = now(item);
                        if (after.equals(entry)) {
                            return entry;
                        }
                        entry = after;
                    } else {
                        entry = now(item);
                    }
                    if (entry.size() > LargeFile.THRESHOLD) {
                        break;
                    }
                }
                leftOut.add(entry.path(), CHANGED);
            } catch (IOException e) {
                leftOut.add(entry.path(), LocalTree.reason(e));
            }
            return null;
        }

        private void ensureRoom(int at, long size) {
            if (buffer.length - at < size) {
                byte[] larger = new byte[Math.toIntExact(at + size)];
                System.arraycopy(buffer, 0, larger, 0, at);
                buffer = larger;
            }
        }

        private boolean readExactly(Path file, int at, int size) throws IOException {
            try (InputStream in = LocalFiles.open(file)) {
                return in.readNBytes(buffer, at, size) == size;
            }
        }

        private void sendRange(Piece.Range range) throws IOException, InterruptedException {
            Entry entry = range.file().entry();
            if (range.file().trouble() != null) {
                finishRange(range);
                work.done();
                return;
            }
            meter.began(entry.path());
            answers.expect(range);
            agent.request("range", json -> {
                describe(json, entry);
                json.writeNumberField("offset", range.offset());
                json.writeNumberField("length", range.length());
            });
            long checksum = sendBytes(range);
            agent.contents().write((checksum + "\n").getBytes(StandardCharsets.US_ASCII));
        }

        /** Always as many bytes as were promised; gives their checksum, or -1 if they are not the file's. */
        private long sendBytes(Piece.Range range) throws IOException {
            CRC32 checksum = new CRC32();
            long left = range.length();
            String trouble = null;
            try (InputStream in = LocalFiles.openAt(range.file().item().file(), range.offset())) {
                while (left > 0) {
                    int length = LocalFiles.read(in, chunk, (int) Math.min(left, CHUNK));
                    if (length < 0) {
                        trouble = CHANGED;
                        break;
                    }
                    checksum.update(chunk, 0, length);
                    left -= length;
                    agent.contents().write(chunk, 0, length);
                    meter.moved(length);
                }
                if (!now(range.file().item()).equals(range.file().entry())) {
                    trouble = CHANGED;
                }
            } catch (LocalFiles.UnreadableException e) {
                trouble = LocalTree.reason(e);
            }
            if (trouble == null) {
                return checksum.getValue();
            }
            range.file().fail(trouble);
            for (; left > 0; left -= Math.min(left, CHUNK)) {
                agent.contents().write(chunk, 0, (int) Math.min(left, CHUNK));
            }
            return -1;
        }

        private Entry now(LocalItem item) throws LocalFiles.UnreadableException {
            Entry entry = item.entry();
            BasicFileAttributes attributes = LocalFiles.attributes(item.file());
            return Entry.file(entry.path(), attributes.size(), LocalTree.nanos(attributes), entry.executable());
        }
    }

    /** The last range that is done, sent or not, decides about the whole file. */
    private void finishRange(Piece.Range range) {
        if (range.file().rangeDone()) {
            boolean sound = range.file().trouble() == null;
            work.addFirst(List.of(sound ? new Piece.Finish(range.file()) : new Piece.Abandon(range.file())));
        }
    }

    /** The reading half, a thread of its own. */
    private final class Answers extends Thread {
        private final Agent agent;
        private final BlockingQueue<Piece> expected = new LinkedBlockingQueue<>();
        private volatile @Nullable Exception failure;

        Answers(Agent agent) {
            super(Thread.currentThread().getName() + "-answers");
            setDaemon(true);
            this.agent = agent;
        }

        void expect(Piece piece) throws InterruptedException {
            expected.put(piece);
        }

        @Override
        public void run() {
            try {
                while (true) {
                    Piece piece = expected.take();
                    settle(piece, agent.answer());
                    work.done();
                }
            } catch (InterruptedException e) {
                return; // The writing half has ended.
            } catch (IOException | RuntimeException e) {
                failure = e;
                work.stop();
            }
        }

        private void settle(Piece piece, Answer answer) throws IOException {
            List<List<String>> problems = answer.rows("problems");
            if (piece instanceof Piece.Batch) {
                problems.forEach(problem -> leftOut.add(problem.get(0), problem.get(2)));
                meter.filesDone(Math.toIntExact(answer.number("done")));
            } else if (piece instanceof Piece.Begin begin) {
                begun(begin.file(), answer, problems);
            } else if (piece instanceof Piece.Range range) {
                problems.forEach(problem -> range.file().fail(problem.get(2)));
                finishRange(range);
            } else if (piece instanceof Piece.Finish) {
                problems.forEach(problem -> leftOut.add(problem.get(0), problem.get(2)));
                meter.filesDone(1 - problems.size());
            } else if (piece instanceof Piece.Abandon abandon) {
                leftOut.add(
                        abandon.file().entry().path(),
                        String.valueOf(abandon.file().trouble()));
            }
        }

        private void begun(LargeFile file, Answer answer, List<List<String>> problems) {
            if (!problems.isEmpty()) {
                leftOut.add(file.entry().path(), problems.get(0).get(2));
                return;
            }
            List<long[]> there = answer.rows("ranges").stream()
                    .map(row -> new long[] {Long.parseLong(row.get(0)), Long.parseLong(row.get(1))})
                    .toList();
            List<Piece.Range> missing = file.missing(there);
            meter.found(file.entry().size()
                    - missing.stream().mapToLong(Piece.Range::length).sum());
            work.addFirst(missing.isEmpty() ? List.of(new Piece.Finish(file)) : missing);
        }

        void awaitFailure() throws InterruptedException {
            join(HANG_UP.toMillis());
        }

        void throwFailure() throws IOException {
            if (failure instanceof IOException e) {
                throw e;
            } else if (failure instanceof RuntimeException e) {
                throw e;
            }
        }
    }
}
