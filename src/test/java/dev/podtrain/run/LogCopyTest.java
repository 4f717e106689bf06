package dev.podtrain.run;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.ledger.EndReason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCopyTest {
    private static final int LINES = 5_000;

    @TempDir
    private Path directory;

    @Test
    void bytesThatAreHereAlreadyAreNotAddedAgain() {
        LogCopy copy = copy();
        append(copy, 0, "one\ntwo\n");

        append(copy, 4, "two\nthree\n");

        assertThat(text(copy, 0)).isEqualTo("one\ntwo\nthree\n");
    }

    /** As two terminals do, each with its own reading of the same log. */
    @Test
    void twoWritersOfTheSameBytesKeepTheCopyWhole() throws InterruptedException {
        List<Thread> writers = List.of(new Thread(this::writeTheLog), new Thread(this::writeTheLog));
        writers.forEach(Thread::start);
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(text(copy(), 0))
                .isEqualTo(IntStream.range(0, LINES).mapToObj(LogCopyTest::line).collect(joining()));
    }

    private void writeTheLog() {
        LogCopy copy = copy();
        long offset = 0;
        for (int i = 0; i < LINES; i++) {
            append(copy, offset, line(i));
            offset += line(i).length();
        }
    }

    private static String line(int number) {
        return String.format(Locale.ROOT, "step %5d%n", number);
    }

    @Test
    void theLastLinesAreFoundAcrossBlocks() {
        LogCopy copy = copy();
        String line = "x".repeat(5000) + "\n";
        append(copy, 0, line.repeat(9));

        assertThat(copy.size() - copy.offsetOfLast(3)).isEqualTo(3 * 5001);
        assertThat(copy.offsetOfLast(50)).isZero();
    }

    @Test
    void aLastLineWithoutItsNewlineCounts() {
        LogCopy copy = copy();
        append(copy, 0, "a\nb\nc");

        assertThat(text(copy, copy.offsetOfLast(2))).isEqualTo("b\nc");
    }

    @Test
    void zeroLinesAreTheEnd() {
        LogCopy copy = copy();
        append(copy, 0, "a\nb\n");

        assertThat(copy.offsetOfLast(0)).isEqualTo(copy.size());
    }

    @Test
    void tailOfRandomLogsIsWhatSplittingWouldGive() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            LogCopy copy = new LogCopy(directory.resolve("log" + round));
            StringBuilder log = new StringBuilder();
            int lines = random.nextInt(40);
            for (int i = 0; i < lines; i++) {
                log.append("y".repeat(random.nextInt(700))).append('\n');
            }
            append(copy, 0, log.toString());
            int wanted = 1 + random.nextInt(45);

            String[] all = log.toString().split("(?<=\n)");
            int from = Math.max(0, lines - wanted);
            String expected = lines == 0 ? "" : String.join("", java.util.Arrays.copyOfRange(all, from, lines));
            assertThat(text(copy, copy.offsetOfLast(wanted))).isEqualTo(expected);
        }
    }

    @Test
    void aCopyPutAsideIsKept() {
        LogCopy copy = copy();
        append(copy, 0, "old\n");

        copy.putAside("before-i2");

        assertThat(copy.size()).isZero();
        assertThat(directory.resolve("train.log.before-i2")).hasContent("old\n");
    }

    @Test
    void theEndIsReadFromTheLastLineOnly() {
        assertThat(end("step 1\nEXIT_CODE=3\n")).contains(new LogReading.End(EndReason.FAILED, 3));
        assertThat(end("step 1\nEXIT_CODE=0\n")).contains(new LogReading.End(EndReason.FINISHED, 0));
        assertThat(end("EXIT_CODE=3\nstep 2\n")).isEmpty();
    }

    @Test
    void aTrainingThatWasEndedDoesNotCountAsFailed() {
        assertThat(end("saved\npod-train: ended: deadline\nEXIT_CODE=143\n"))
                .contains(new LogReading.End(EndReason.DEADLINE, 143));
    }

    @Test
    void theNewestStepIsFoundInTheUsualForms() {
        assertThat(newestStep("step 10 loss 0.5\nstep 20 loss 0.4\n")).isEqualTo(20);
        assertThat(newestStep("{'loss': 0.5, 'global_step': 300}\n")).isEqualTo(300);
        assertThat(newestStep("Step: 7, loss=2\n")).isEqualTo(7);
    }

    private static Optional<LogReading.End> end(String log) {
        return LogReading.end(log.getBytes(StandardCharsets.UTF_8));
    }

    private static long newestStep(String log) {
        return LogReading.newestStep(log.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }

    private LogCopy copy() {
        return new LogCopy(directory.resolve("train.log"));
    }

    private static void append(LogCopy copy, long offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        copy.append(offset, bytes, bytes.length);
    }

    private static String text(LogCopy copy, long offset) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        copy.read(offset, (at, bytes, length) -> out.write(bytes, 0, length));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void onlyTheOwnerCanReadIt() throws Exception {
        LogCopy copy = copy();
        append(copy, 0, "x");

        assertThat(Files.getPosixFilePermissions(copy.file())).hasSize(2);
    }
}
