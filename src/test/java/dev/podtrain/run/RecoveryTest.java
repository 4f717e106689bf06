package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.config.Retries;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.LedgerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    @Test
    void onlyPodsThatWereLostAreReplaced() {
        Set<EndReason> replaced = EnumSet.noneOf(EndReason.class);
        for (EndReason reason : EndReason.values()) {
            if (automatic(1).after(ended(reason, null)).isPresent()) {
                replaced.add(reason);
            }
        }

        assertThat(replaced).containsExactlyInAnyOrder(EndReason.LOST, EndReason.UNREACHABLE);
    }

    @Test
    void failedTrainingIsTriedAgainOnlyWithAnExitCodeThatTheUserNamed() {
        assertThat(automatic(1).after(ended(EndReason.FAILED, 137))).isPresent();
        assertThat(automatic(1).after(ended(EndReason.KILLED, 137))).isPresent();
        assertThat(automatic(1).after(ended(EndReason.FAILED, 1))).isEmpty();
        assertThat(automatic(1).after(ended(EndReason.FINISHED, 0))).isEmpty();
    }

    @Test
    void thereAreAsManyRecoveriesAsWereAllowedWithGrowingPauses() {
        Recovery recovery = automatic(3);

        assertThat(recovery.after(ended(EndReason.LOST, null)).orElseThrow().pause())
                .isEqualTo(Duration.ofSeconds(15));
        assertThat(recovery.after(ended(EndReason.LOST, null)).orElseThrow().pause())
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(recovery.after(ended(EndReason.LOST, null)).orElseThrow().pause())
                .isEqualTo(Duration.ofSeconds(60));
        assertThat(recovery.after(ended(EndReason.LOST, null))).isEmpty();
    }

    @Test
    void pauseHasALongest() {
        assertThat(Recovery.pause(99)).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void terminalIsAskedEachTimeWhereNothingWasSaid() {
        Recovery recovery = new Recovery(new Retries(null, Duration.ZERO, Set.of()), true);

        assertThat(recovery.after(ended(EndReason.LOST, null)).orElseThrow().ask())
                .isTrue();
        assertThat(recovery.after(ended(EndReason.LOST, null)).orElseThrow().ask())
                .isTrue();
    }

    @Test
    void nobodyIsAskedAndNothingReplacedWithoutATerminalOrWithZero() {
        assertThat(new Recovery(new Retries(null, Duration.ZERO, Set.of()), false).after(ended(EndReason.LOST, null)))
                .isEmpty();
        assertThat(new Recovery(new Retries(0, Duration.ZERO, Set.of()), true).after(ended(EndReason.LOST, null)))
                .isEmpty();
    }

    private static Recovery automatic(int times) {
        return new Recovery(new Retries(times, Duration.ZERO, Set.of(137)), true);
    }

    private static LedgerEvent.Ended ended(EndReason reason, @Nullable Integer exitCode) {
        return new LedgerEvent.Ended(Instant.EPOCH, "i", reason, exitCode);
    }
}
