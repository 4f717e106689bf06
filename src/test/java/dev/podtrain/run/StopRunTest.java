package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.podtrain.base.FakeTime;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.LedgerEvent;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunStore;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopRunTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    private Path folder;

    private static final class Silent implements Progress {
        @Override
        public void report(String message) {}

        @Override
        public void warn(String message) {}
    }

    @Test
    void missingKeyDoesNotReadAsIfNothingRan() {
        RunStore store = new RunStore(folder.resolve("state"));
        RunId run = new RunId("out-0a1b2c");
        Ledger ledger = store.ledger(run);
        ledger.append(new LedgerEvent.Defined(NOON, run, folder.toString(), "c.yaml", "out", "v", "p", false));
        ledger.append(new LedgerEvent.Intended(
                NOON, "i", 1, "n", "NVIDIA L4", 1, "EU-RO-1", BigDecimal.ONE, "t", "c", false, "stop"));
        ledger.append(new LedgerEvent.Rented(NOON, "i", "pod1", BigDecimal.ONE, "EU-RO-1"));
        CloudAccess nobody = (account, data, isLocal, progress) -> {
            throw new AssertionError("the provider was asked");
        };
        Operations operations = new Operations(Map.of(), nobody, store, () -> "i2", new FakeTime());

        ProblemException stopped = catchThrowableOfType(
                ProblemException.class,
                () -> operations.stop(
                        new RunOperations.StopRequest(new RunSelector(folder, null), false), new Silent()));

        assertThat(stopped.problem().why()).contains("RUNPOD_API_KEY is missing");
        assertThat(stopped.problem().left()).startsWith("nothing was stopped: what runs is billed as before");
    }
}
