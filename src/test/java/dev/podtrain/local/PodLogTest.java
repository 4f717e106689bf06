package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.FakeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodLogTest {
    @TempDir
    private Path folder;

    private PodLog open() {
        PodLog log = new PodLog(new FakeTime(), new PodDirectory(folder));
        log.load();
        return log;
    }

    private void print(String text) throws IOException {
        Files.writeString(folder.resolve("output"), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void lineIsTakenOnlyOnceItIsWhole() throws IOException {
        PodLog log = open();
        print("one\ntw");
        log.refresh();

        print("o\r\nthree");
        log.refresh();

        assertThat(log.all()).extracting(PodLog.Line::text).containsExactly("one", "two");
    }

    @Test
    void numbersGoOnAfterATornFileAndNoOutputIsTakenTwice() throws IOException {
        PodLog before = open();
        before.system("create container");
        print("one\n");
        before.refresh();
        Files.writeString(folder.resolve("log.ndjson"), "{\"number\":3,\"at\":\"2026", StandardOpenOption.APPEND);

        PodLog after = open();
        print("two\n");
        after.refresh();

        assertThat(after.all()).extracting(PodLog.Line::number).containsExactly(1L, 2L, 3L);
        assertThat(after.all()).extracting(PodLog.Line::text).containsExactly("create container", "one", "two");
        assertThat(open().all()).isEqualTo(after.all());
    }

    @Test
    void lineWithoutEndIsCutAndNothingIsLost() throws IOException {
        PodLog log = open();
        print("x".repeat(40_000) + "\n");

        log.refresh();

        assertThat(String.join("", log.all().stream().map(PodLog.Line::text).toList()))
                .isEqualTo("x".repeat(40_000));
    }

    @Test
    void onlyTheNewestLinesAreKept() throws IOException {
        PodLog log = open();
        print("line\n".repeat(7000));

        log.refresh();

        assertThat(log.all()).hasSize(6000);
        assertThat(log.lastNumber()).isEqualTo(7000);
    }
}
