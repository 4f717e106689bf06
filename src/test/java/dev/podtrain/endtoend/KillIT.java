package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodStatus;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code kill -9} of a launch, whatever it is doing. What it has rented is found and named by the same command typed
 * again, or ended by its guard; there is never a second pod nor a second training. Each case is a run of its own on one
 * local cloud, which the first command starts.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillIT {
    /** When the launch is killed. */
    enum Moment {
        PLAN("] plan: "),
        POD("] pod: "),
        /** The pod is there, and it is open whether the answer has arrived. */
        RENTED("") {
            @Override
            void await(Command launch, Installation installation) throws InterruptedException {
                LaunchFixture.await(
                        "a pod", () -> !installation.podsOf(outputDir()).isEmpty(), launch::output);
            }
        },
        READY("] ready: "),
        CODE("] code: "),
        START("] start: "),
        FOLLOW("] follow: "),
        TRAINING("") {
            @Override
            void await(Command launch, Installation installation) throws InterruptedException {
                launch.awaitOut("step 3\n");
            }
        },
        END("] end: ") {
            @Override
            void await(Command launch, Installation installation) throws InterruptedException {
                launch.awaitOut("step 3\n");
                installation.letGoOn(outputDir());
                super.await(launch, installation);
            }
        };

        private final String line;

        Moment(String line) {
            this.line = line;
        }

        /** Waits until it has come. */
        void await(Command launch, Installation installation) throws InterruptedException {
            launch.awaitErr(line);
        }

        String outputDir() {
            return "at-" + name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String ABANDONED_GPU = "NVIDIA L4";

    private final Installation installation = new Installation();

    /** All at once: a config that appears between two launches of another run is a change of that run's code. */
    @BeforeAll
    void writeConfigs() {
        for (Moment moment : Moment.values()) {
            write(moment.outputDir(), 0, CountingTrainer.heldAt(3));
        }
        write("abandoned", 0, "");
        write("unwatched", 3, "");
    }

    private void write(String run, int exitCode, String more) {
        installation.write(run + ".yaml", CountingTrainer.config(run, 15, "0.1", exitCode) + more);
    }

    @AfterAll
    void end() {
        installation.close();
    }

    @ParameterizedTest
    @EnumSource
    @Execution(ExecutionMode.CONCURRENT)
    void theSameCommandGoesOnWithWhatAKilledOneLeft(Moment moment) throws InterruptedException {
        String run = moment.outputDir();
        Command killed = installation.launch(run + ".yaml");
        moment.await(killed, installation);
        killed.kill();
        List<Pod> left = installation.podsOf(run);

        Command second = installation.launch(run + ".yaml");
        if (moment != Moment.END) {
            // What is logged after the pod has ended and before somebody follows again would not come here.
            second.awaitErr("] follow: ");
            installation.letGoOn(run);
        }
        second.join();

        assertThat(second.exitCode()).as(second::output).isZero();
        List<Pod> pods = installation.podsOf(run);
        assertThat(pods).as(second::output).extracting(Pod::status).containsExactly(PodStatus.EXITED);
        assertThat(second.err()).contains(pods.get(0).id().value());
        if (!left.isEmpty()) {
            assertThat(pods).extracting(Pod::id).containsExactly(left.get(0).id());
        }
        assertThat(installation.remoteLog(run))
                .containsOnlyOnce(CountingTrainer.FIRST_LINE)
                .containsOnlyOnce("EXIT_CODE=")
                .endsWith("step 15\nEXIT_CODE=0\n");
        assertThat(installation.copiedLog(run)).isEqualTo(installation.remoteLog(run));
    }

    @SideBySide
    void theGuardEndsAPodWhoseLaunchWasKilledBeforeTheTraining() throws InterruptedException {
        String run = "abandoned";
        // Its pod boots for so long that the launch cannot have gone on before it is killed.
        installation.run("local", "up");
        installation.inject("{\"kind\":\"slow-boot\",\"times\":1,\"millis\":5000,\"gpu\":\"" + ABANDONED_GPU + "\"}");
        Command killed = installation.launch(run + ".yaml", "--gpu", ABANDONED_GPU, "--set", "BOOT_GRACE=2s");
        killed.awaitErr("] ready: ");
        killed.kill();

        assertThatThePodEnds(run);

        assertThat(installation.remoteLog(run)).isEmpty();
        Command status = installation.run("status", run, "--json");
        assertThat(status.out()).contains(installation.podsOf(run).get(0).id().value(), "\"may_be_billed\":false");
    }

    @SideBySide
    void theGuardEndsAPodWhoseTrainingNobodyFollows() throws InterruptedException {
        String run = "unwatched";
        Command killed = installation.launch(run + ".yaml");
        killed.awaitErr("] follow: ");
        killed.kill();

        assertThatThePodEnds(run);

        assertThat(installation.remoteLog(run)).endsWith("step 15\nEXIT_CODE=3\n");
        Command status = installation.run("status", run, "--json");
        assertThat(status.out())
                .contains("\"reason\":\"failed\"", "\"trainer_exit_code\":3", "\"may_be_billed\":false");
    }

    private void assertThatThePodEnds(String run) throws InterruptedException {
        LaunchFixture.await("the guard to end the pod", () -> installation.podsOf(run).stream()
                .allMatch(pod -> pod.status().isEnded()));
        assertThat(installation.podsOf(run)).hasSize(1);
    }
}
