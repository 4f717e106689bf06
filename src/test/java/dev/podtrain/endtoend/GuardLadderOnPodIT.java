package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.local.Fault;
import dev.podtrain.pod.PodStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** The ways on which a pod's own guard ends it, with nobody watching and the provider in trouble. */
@Timeout(300)
class GuardLadderOnPodIT {
    private final UnattendedPod pod = new UnattendedPod();

    @AfterEach
    void end() {
        pod.close();
    }

    @SideBySide
    void theFirstWayIsRest() throws InterruptedException {
        pod.create();

        assertThat(pod.end()).hasValue(PodStatus.EXITED);
        assertThat(pod.tries()).isEmpty();
    }

    @SideBySide
    void podIsTerminatedIfThatWasAsked() throws InterruptedException {
        pod.with("ON_EXIT", "terminate").create();

        assertThat(pod.end()).isEmpty();
    }

    @SideBySide
    void restThatFailsForAWhileIsTriedAgainUntilItAnswers() throws InterruptedException {
        pod.with("HAS_NETWORK_VOLUME", "0")
                .with(Fault.next(Fault.Kind.REST_DOWN).times(2))
                .with(Fault.always(Fault.Kind.GRAPHQL_GONE))
                .with(Fault.always(Fault.Kind.RUNPODCTL_BROKEN))
                .create();

        assertThat(pod.end()).hasValue(PodStatus.EXITED);
        assertThat(pod.tries())
                .containsSubsequence(
                        "stop: rest answered 503",
                        "stop: graphql answered 410",
                        "stop: runpodctl_new exited with 1",
                        "stop: runpodctl_old exited with 1",
                        "stop: rest answered 503");
    }

    @SideBySide
    void graphqlServesWhileRestIsDown() throws InterruptedException {
        pod.with(Fault.always(Fault.Kind.REST_DOWN)).create();

        assertThat(pod.end()).hasValue(PodStatus.EXITED);
        assertThat(pod.tries()).containsExactly("stop: rest answered 503");
    }

    @SideBySide
    void runpodctlServesWhileRestAndGraphqlAreDown() throws InterruptedException {
        pod.with(Fault.always(Fault.Kind.REST_DOWN))
                .with(Fault.always(Fault.Kind.GRAPHQL_GONE))
                .create();

        assertThat(pod.end()).hasValue(PodStatus.EXITED);
        assertThat(pod.tries()).containsExactly("stop: rest answered 503", "stop: graphql answered 410");
    }

    @SideBySide
    void graphqlThatAnswersWithErrorsHasNotStoppedThePod() throws InterruptedException {
        pod.with(Fault.always(Fault.Kind.REST_DOWN))
                .with(Fault.always(Fault.Kind.GRAPHQL_ERRORS))
                .create();

        assertThat(pod.end()).hasValue(PodStatus.EXITED);
        assertThat(pod.tries()).containsExactly("stop: rest answered 503", "stop: graphql answered 200 with errors");
    }

    @SideBySide
    void stopThatIsRefusedBecomesATerminateIfTheDataIsOnANetworkVolume() throws InterruptedException {
        pod.with(Fault.always(Fault.Kind.STOP_REFUSED)).create();

        assertThat(pod.end()).isEmpty();
        assertThat(pod.tries())
                .containsExactly(
                        "stop: rest answered 400",
                        "stop: graphql answered 200 with errors",
                        "stop: runpodctl_new exited with 1",
                        "stop: runpodctl_old exited with 1");
    }

    @SideBySide
    void stopThatIsRefusedIsAskedForAgainIfTheDataWouldGoWithThePod() throws InterruptedException {
        pod.with("HAS_NETWORK_VOLUME", "0")
                .with(Fault.next(Fault.Kind.STOP_REFUSED).times(5))
                .create();

        assertThat(pod.end()).hasValue(PodStatus.EXITED);
        assertThat(pod.tries()).hasSize(5).allMatch(tried -> tried.startsWith("stop: "));
    }
}
