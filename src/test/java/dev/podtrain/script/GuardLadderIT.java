package dev.podtrain.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.podtrain.script.PlatformStub.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the guard ends the pod when the straight way fails. */
class GuardLadderIT {
    private static final Answer UNAVAILABLE = new Answer(503, "{}");
    private static final String STOP = "{\"action\":\"stop\"}";
    private static final String TERMINATE = "{\"action\":\"terminate\"}";
    private static final String GRAPHQL_STOP =
            "{\"query\":\"mutation { podStop(input: {podId: \\\"pod-a\\\"}) { id desiredStatus } }\"}";

    private GuardedPod guarded;
    private Path tool;

    @BeforeEach
    void bootPodWhoseRunHasEnded(@TempDir Path root) throws IOException {
        guarded = new GuardedPod(root).state(PodFixture.INTENT, "ended", "finished");
        tool = root.resolve("runpodctl.calls");
        runpodctl("exit 1");
    }

    @AfterEach
    void endPod() {
        guarded.close();
    }

    /** A control tool that notes its arguments. */
    private void runpodctl(String then) {
        guarded.pod.stub("runpodctl", "echo \"$*\" >> " + tool + "; " + then);
    }

    /** Every process's arguments. */
    private static String arguments() {
        try {
            return PodFixture.finish(new ProcessBuilder("ps", "axww", "-o", "args").start())
                    .out();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> toolCalls() {
        try {
            return Files.exists(tool) ? Files.readAllLines(tool) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void restIsTriedAgainWhenItWasDownForAWhile() {
        guarded.platform.answering(call -> guarded.platform.calls.size() < 4 ? UNAVAILABLE : new Answer(200, "{}"));

        guarded.boot().awaitCalls(5);

        // REST, GraphQL, REST, GraphQL, REST, and no more: the last one was accepted.
        assertThat(guarded.platform.bodies()).containsExactly(STOP, GRAPHQL_STOP, STOP, GRAPHQL_STOP, STOP);
    }

    @Test
    void graphqlServesWhenRestIsGone() {
        guarded.platform.answering(410, new Answer(200, "{\"data\":{\"podStop\":{\"id\":\"pod-a\"}}}"));

        guarded.boot().awaitEvent("stop-tried").awaitCalls(2);

        assertThat(guarded.platform.calls.get(1))
                .isEqualTo(
                        new PlatformStub.Call("/graphql", GRAPHQL_STOP, "Bearer " + GuardedPod.KEY, "pod-train-guard"));
    }

    @Test
    void graphqlTerminatesWithItsOwnMutation() {
        guarded.platform.answering(503, new Answer(200, "{\"data\":{\"podTerminate\":null}}"));

        guarded.with("ON_EXIT", "terminate").boot().awaitCalls(2);

        assertThat(guarded.platform.bodies())
                .containsExactly(TERMINATE, "{\"query\":\"mutation { podTerminate(input: {podId: \\\"pod-a\\\"}) }\"}");
    }

    @Test
    void errorsOfGraphqlComeWith200AndAreFailures() {
        guarded.platform.answering(503, new Answer(200, "{ \"errors\" : [ {\"message\":\"no\"} ], \"data\":null}"));
        runpodctl("exit 0");

        guarded.boot();

        Eventually.holds(guarded::log, () -> !toolCalls().isEmpty());
    }

    @Test
    void controlToolIsTheLastWayInItsNewAndItsOldSyntax() {
        guarded.platform.answering(503, UNAVAILABLE);
        runpodctl("[ \"$1\" = stop ]");

        guarded.boot();

        Eventually.holds(guarded::log, () -> toolCalls().equals(List.of("pod stop pod-a", "stop pod pod-a")));
    }

    @Test
    void acceptedStopIsBelievedOnlyWhenTheContainerEnds() {
        guarded.with("ACCEPT_WAIT", "1").boot().awaitCalls(2);

        assertThat(guarded.platform.bodies()).startsWith(STOP, GRAPHQL_STOP);
    }

    @Test
    void refusedStopBecomesATerminateWhenANetworkVolumeHoldsTheData() {
        guarded.platform.answering(409, UNAVAILABLE);

        guarded.with("HAS_NETWORK_VOLUME", "1").boot().awaitCalls(3);

        assertThat(guarded.platform.bodies()).startsWith(STOP, GRAPHQL_STOP, TERMINATE);
        assertThat(guarded.events()).contains("stop-refused");
    }

    @Test
    void refusedStopNeverBecomesATerminateWithoutANetworkVolume() {
        guarded.platform.answering(409, UNAVAILABLE);

        guarded.with("HAS_NETWORK_VOLUME", "0").boot().awaitCalls(5);

        assertThat(guarded.platform.bodies()).doesNotContain(TERMINATE);
    }

    @Test
    void keyIsNowhereButInTheCall() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        guarded.platform.answering(call -> {
            seen.add(arguments());
            return UNAVAILABLE;
        });
        runpodctl("echo $RUNPOD_API_KEY; exit 1");

        guarded.boot().awaitCalls(3);

        assertThat(String.join("", seen)).contains("curl").doesNotContain(GuardedPod.KEY);
        assertThat(guarded.log() + guarded.pod.read("events.ndjson")).doesNotContain(GuardedPod.KEY);
    }

    @Test
    void wgetServesWhereThereIsNoCurl() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        guarded.platform.answering(call -> {
            seen.add(arguments());
            return call.path().equals("/graphql") ? new Answer(200, "{\"data\":{\"podStop\":{}}}") : UNAVAILABLE;
        });
        guarded.pod.onlyTools("wget");
        assumeTrue(guarded.pod.execute("wget", "--version").out().contains("GNU"), "GNU wget is not installed");

        guarded.boot().awaitCalls(2);

        assertThat(guarded.platform.calls.get(0).authorization()).isEqualTo("Bearer " + GuardedPod.KEY);
        assertThat(guarded.platform.bodies()).containsExactly(STOP, GRAPHQL_STOP);
        assertThat(String.join("", seen)).contains("wget").doesNotContain(GuardedPod.KEY);
    }

    @Test
    void pythonServesWhereThereIsNeitherCurlNorWget() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        guarded.platform.answering(call -> {
            seen.add(arguments());
            return call.path().equals("/graphql") ? new Answer(200, "{\"data\":{\"podStop\":{}}}") : UNAVAILABLE;
        });
        guarded.pod.onlyTools().stub("python3", "exec " + PodFixture.PYTHON + " \"$@\"");

        guarded.boot().awaitCalls(2);

        assertThat(guarded.platform.calls.get(0))
                .isEqualTo(new PlatformStub.Call(
                        "/v2/pods/pod-a/action", STOP, "Bearer " + GuardedPod.KEY, "pod-train-guard"));
        assertThat(guarded.platform.bodies()).containsExactly(STOP, GRAPHQL_STOP);
        assertThat(guarded.log()).contains("rest answered 503");
        assertThat(String.join("", seen)).contains("urllib").doesNotContain(GuardedPod.KEY);
    }

    @Test
    void guardRunsInBash() {
        guarded.platform.answering(503, new Answer(200, "{\"data\":{\"podStop\":{}}}"));

        guarded.boot("bash", "--posix").awaitCalls(2);

        assertThat(guarded.platform.bodies()).containsExactly(STOP, GRAPHQL_STOP);
    }

    @Test
    void guardRunsInBusybox() {
        assumeTrue(guarded.pod.execute("sh", "-c", "command -v busybox").exitCode() == 0, "busybox is not installed");
        guarded.platform.answering(503, new Answer(200, "{\"data\":{\"podStop\":{}}}"));

        guarded.boot("busybox", "sh").awaitCalls(2);

        assertThat(guarded.platform.bodies()).containsExactly(STOP, GRAPHQL_STOP);
    }
}
