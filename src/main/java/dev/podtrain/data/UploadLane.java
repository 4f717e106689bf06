package dev.podtrain.data;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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
            List<LocalItem> items = batch.items();
            meter.began(items.get(0).entry().path());
            answers.expect(batch);
            agent.request("files", json -> {
                json.writeArrayFieldStart("files");
                for (LocalItem item : items) {
                    json.writeStartArray();
                    json.writeString(item.entry().path());
                    json.writeNumber(item.entry().size());
                    json.writeNumber(item.entry().modified());
                    json.writeNumber(item.entry().mode());
                    json.writeEndArray();
                }
                json.writeEndArray();
            });
            List<Integer> unsound = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                LocalItem item = items.get(i);
                Optional<String> trouble = sendBytes(item, 0, item.entry().size());
                if (trouble.isPresent()) {
                    unsound.add(i);
                    failed(item, trouble.get(), batch.again());
                }
            }
            agent.line(unsound.toString());
        }

        /** One that is being saved just now is sent again. */
        private void failed(LocalItem item, String trouble, boolean again) {
            try {
                Entry now = now(item);
                if (trouble.equals(CHANGED) && !again && now.size() <= LargeFile.THRESHOLD) {
                    work.addFirst(List.of(new Piece.Batch(List.of(new LocalItem(now, item.file())), true)));
                    return;
                }
            } catch (LocalFiles.UnreadableException e) {
                leftOut.add(item.entry().path(), LocalTree.reason(e));
                return;
            }
            leftOut.add(item.entry().path(), trouble);
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
            Optional<String> trouble = sendBytes(range.file().item(), range.offset(), range.length());
            trouble.ifPresent(range.file()::fail);
            agent.line(trouble.isEmpty() ? "sound" : "changed");
        }

        /** Always as many bytes as were promised; says what is wrong with them if they are not the file's as it was found. */
        private Optional<String> sendBytes(LocalItem item, long offset, long length) throws IOException {
            long end = offset + length;
            long at = offset;
            Optional<String> trouble = Optional.empty();
            try (FileChannel file = LocalFiles.channel(item.file())) {
                for (long sent = 1; at < end && sent > 0; at += sent) {
                    sent = LocalFiles.send(file, at, Math.min(end - at, CHUNK), agent.contents());
                    meter.moved(sent);
                }
                if (at < end || !now(item).equals(item.entry())) {
                    trouble = Optional.of(CHANGED);
                }
            } catch (LocalFiles.UnreadableException e) {
                trouble = Optional.of(LocalTree.reason(e));
            }
            while (at < end) {
                at += agent.contents().write(ByteBuffer.allocate((int) Math.min(end - at, CHUNK)));
            }
            return trouble;
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
            List<long[]> there = new ArrayList<>();
            for (List<String> row : answer.rows("ranges")) {
                long offset = Long.parseLong(row.get(0));
                long length = Long.parseLong(row.get(1));
                OptionalLong checksum = LocalFiles.checksum(file.item().file(), offset, length);
                if (checksum.equals(OptionalLong.of(Long.parseLong(row.get(2))))) {
                    there.add(new long[] {offset, length});
                }
            }
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
