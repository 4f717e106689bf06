package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.ledger.LedgerEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pod that is lost while its training is followed: within 45 seconds the user knows what happened. */
class LossDetectionTest {
    private static final Duration LIMIT = Duration.ofSeconds(45);
    /** One whose trainer does not fail by itself. */
    private static final long SEED = 2;

    @TempDir
    Path folder;

    private CheckpointChooser chooser;
    private Simulation simulation;
    private Instant lostAt = SimWorld.BEGINNING;

    @BeforeEach
    void makeWorld() throws IOException {
        chooser = new CheckpointChooser(folder);
        simulation = new Simulation(
                SimulationTest.setting(folder, chooser), folder.resolve("world"), SEED, new Happenings(), true);
    }

    @AfterEach
    void end() throws IOException {
        chooser.close();
    }

    enum EndOfPod {
        HOST_LOST(EndReason.LOST) {
            @Override
            void happen(SimPod pod, SimCloud cloud) {
                pod.lose("host lost", "EXITED");
            }
        },
        TERMINATED(EndReason.LOST) {
            @Override
            void happen(SimPod pod, SimCloud cloud) {
                pod.lose("pod vanished", "TERMINATED");
            }
        },
        STOPPED_BY_SOMEBODY_ELSE(EndReason.STOPPED_ELSEWHERE) {
            @Override
            void happen(SimPod pod, SimCloud cloud) {
                pod.endedByUser = true;
                pod.lose("stopped by somebody else", "EXITED");
            }
        },
        BALANCE_AT_ZERO(EndReason.NO_BALANCE) {
            @Override
            void happen(SimPod pod, SimCloud cloud) {
                cloud.drain();
            }
        };

        private final EndReason reason;

        EndOfPod(EndReason reason) {
            this.reason = reason;
        }

        abstract void happen(SimPod pod, SimCloud cloud);
    }

    @ParameterizedTest
    @EnumSource
    void podThatEndsIsNoticedAndClassified(EndOfPod how) {
        LedgerEvent.Ended ended = Objects.requireNonNull(
                launchAndLose(pod -> how.happen(pod, simulation.cloud)).ended());

        assertThat(ended.reason()).isEqualTo(how.reason);
        assertThat(Duration.between(lostAt, ended.at())).isLessThan(LIMIT);
    }

    @Test
    void frozenHostIsNoticed() {
        launchAndLose(pod -> pod.freeze(Duration.ofMinutes(4)));

        assertThat(saidAfter("although the provider shows it as running")).isLessThan(LIMIT);
    }

    @Test
    void deadSshOnAPodThatIsShownAsRunningIsNoticed() {
        launchAndLose(pod -> {
            pod.cutOff = true;
            simulation.world.after(Duration.ofMinutes(4), () -> pod.cutOff = false);
        });

        assertThat(saidAfter("although the provider shows it as running")).isLessThan(LIMIT);
    }

    @Test
    void podOnAFrozenHostIsEndedAndReplacedWhereThatWasAskedFor() {
        simulation.environment.put("RECOVER", "1");

        List<Attempt> attempts = simulation.launch(pod -> pod.freeze(Duration.ofHours(1)));

        assertThat(attempts).extracting(Attempt::number).containsExactly(1, 2);
        assertThat(attempts)
                .extracting(attempt -> Objects.requireNonNull(attempt.ended()).reason())
                .containsExactly(EndReason.UNREACHABLE, EndReason.FINISHED);
        assertThat(simulation.cloud.pods()).extracting(SimPod::isBilled).containsExactly(false, false);
    }

    private Attempt launchAndLose(Consumer<SimPod> loss) {
        return simulation
                .launch(pod -> {
                    lostAt = simulation.world.now();
                    loss.accept(pod);
                })
                .get(0);
    }

    /** How long after the loss the user was told. */
    private Duration saidAfter(String words) {
        String line = simulation.world.trace().stream()
                .filter(said -> said.contains(words))
                .findFirst()
                .orElseThrow(() -> new AssertionError(String.join("\n", simulation.world.trace())));
        double seconds = Double.parseDouble(line.substring(0, line.indexOf(" s")));
        return Duration.between(lostAt, SimWorld.BEGINNING.plusMillis(Math.round(seconds * 1000)));
    }
}
