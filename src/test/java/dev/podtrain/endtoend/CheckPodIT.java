package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.Attempt;
import dev.podtrain.local.Fault;
import dev.podtrain.run.Phase;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A pod that is no use is ended before any code travels to it. */
@Timeout(300)
class CheckPodIT {
    private LaunchFixture fixture;
    private final Watcher watcher = new Watcher();

    @BeforeEach
    void start() {
        fixture = new LaunchFixture();
    }

    @AfterEach
    void end() {
        fixture.close();
    }

    @SideBySide
    void podWhoseGuardCouldNotEndItIsEndedFromHere() throws InterruptedException {
        fixture.local().cloud().inject(Fault.always(Fault.Kind.FORBIDDEN).on("start-pod"));

        assertThat(launchProblem().why()).contains("the key of the pod is refused (403)");
        assertPodIsGone();
    }

    @SideBySide
    void volumeWithoutRoomEndsThePodAndSaysWhatToDo() throws InterruptedException {
        fixture.set("MIN_FREE_GB", "10000");

        Problem problem = launchProblem();

        assertThat(problem.why()).contains("MIN_FREE_GB is 10000");
        assertThat(problem.next()).isEqualTo("make room on the network volume, or lower MIN_FREE_GB");
        assertPodIsGone();
    }

    private Problem launchProblem() {
        return catchThrowableOfType(ProblemException.class, () -> fixture.launch(watcher))
                .problem();
    }

    private void assertPodIsGone() throws InterruptedException {
        assertThat(fixture.allPods()).isEmpty();
        assertThat(fixture.state().attempts()).extracting(Attempt::phase).containsExactly(Attempt.Phase.STOPPED);
        assertThat(watcher.phases()).doesNotContain(Phase.CODE);
        assertThat(Files.exists(fixture.remote("config.yaml"))).isFalse();
    }
}
