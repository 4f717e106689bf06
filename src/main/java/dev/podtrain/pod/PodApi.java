package dev.podtrain.pod;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.http.HttpApi;
import dev.podtrain.pod.PodCalls.PodPage;
import dev.podtrain.pod.PodCalls.StartAnswer;
import dev.podtrain.pod.PodCalls.StopAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * RunPod's REST v2, as far as a run needs it. Whatever is not one of a method's results is a {@link ProblemException}
 * that says what is left behind.
 *
 * <p>Methods block; an interrupt ends their waiting. After an interrupt or a failure the request may have been carried
 * out.
 */
public final class PodApi {
    /** A cursor that leads on for ever would keep us here; nobody has a million pods. */
    private static final int PAGE_LIMIT = 1000;

    private static final int START_TRIES = 4;
    private static final int STOP_LOOKS = 4;
    private static final Duration FIRST_LOOK = Duration.ofSeconds(1);
    private static final Duration SHORTEST_POLL = Duration.ofMillis(10);

    /** Before a pod's absence is believed: a single 404 may be a hiccup (SkyPilot's reports, 2025). */
    private static final Duration ABSENCE_PAUSE = Duration.ofSeconds(2);

    /** Longest silence after which a log that is still open counts as read to its end. */
    private static final Duration LOG_SILENCE = Duration.ofSeconds(60);

    private final HttpApi http;
    private final Time time;

    public PodApi(HttpApi http) {
        this.http = http;
        this.time = http.time();
    }

    /** Waits for as long as the provider has asked not to be asked: a request that follows leaves at once. */
    public void awaitTurn() throws InterruptedException {
        http.awaitTurn("ask for a pod");
    }

    /** Asks for a pod. The request is sent at most once, whatever happens. */
    public CreateOutcome create(PodSpec spec) throws InterruptedException {
        return http.call(new PodCalls.CreatePod(spec));
    }

    /** The pod, or empty if there is none with this id or not for this key, which the provider has then said twice. */
    public Optional<Pod> find(PodId id) throws InterruptedException {
        Optional<Pod> pod = http.call(new PodCalls.GetPod(id));
        if (pod.isPresent()) {
            return pod;
        }
        time.sleep(pollPause(ABSENCE_PAUSE));
        return http.call(new PodCalls.GetPod(id));
    }

    /** All pods of the account but cluster members, newest first. */
    public List<Pod> list() throws InterruptedException {
        PodPage page = http.call(new PodCalls.ListPods(null));
        List<Pod> pods = new ArrayList<>(page.pods());
        Set<String> cursors = new HashSet<>();
        while (page.nextCursor() != null) {
            if (!cursors.add(page.nextCursor()) || cursors.size() > PAGE_LIMIT) {
                throw new ProblemException(new Problem(
                        Problem.Kind.FAILED,
                        "could not list the pods",
                        "the list does not end: page " + cursors.size() + " leads back",
                        "try again in a few minutes",
                        "nothing was changed"));
            }
            page = http.call(new PodCalls.ListPods(page.nextCursor()));
            pods.addAll(page.pods());
        }
        return List.copyOf(pods);
    }

    /** The newest pod that carries the intent; empty if none does. */
    public Optional<Pod> findByIntent(String intent) throws InterruptedException {
        return list().stream()
                .filter(pod -> pod.intent().equals(Optional.of(intent)))
                .findFirst();
    }

    /**
     * Starts a stopped pod. When the answer is lost the pod's status decides whether the request is sent again; two
     * starts of one pod are one start.
     */
    public StartOutcome start(PodId id) throws InterruptedException {
        String reason = "";
        Duration pause = FIRST_LOOK;
        for (int tries = 1; tries <= START_TRIES; tries++) {
            StartAnswer answer = http.call(new PodCalls.StartPod(id));
            if (answer instanceof StartAnswer.Decided decided) {
                return decided.outcome();
            }
            reason = ((StartAnswer.Undecided) answer).reason();
            Optional<Pod> pod = find(id);
            if (pod.isEmpty()) {
                return new StartOutcome.Gone();
            }
            if (pod.get().status().isUnderWay()) {
                return new StartOutcome.Started(pod.get());
            }
            time.sleep(pause);
            pause = pause.multipliedBy(2);
        }
        Optional<Pod> pod = find(id);
        if (pod.isPresent() && pod.get().status().isUnderWay()) {
            return new StartOutcome.Started(pod.get());
        }
        return pod.isEmpty() ? new StartOutcome.Gone() : new StartOutcome.Refused(reason);
    }

    /** Changes a stopped pod; empty if there is no such pod. */
    public Optional<Pod> update(PodId id, PodUpdate update) throws InterruptedException {
        return http.call(new PodCalls.UpdatePod(id, update));
    }

    /**
     * Stops a pod. Returns when the provider has accepted it, or if the pod is stopped already or gone; its status may
     * lag behind.
     */
    public void stop(PodId id) throws InterruptedException {
        Duration pause = FIRST_LOOK;
        for (int looks = 1; looks <= STOP_LOOKS; looks++) {
            StopAnswer answer = http.call(new PodCalls.StopPod(id));
            if (answer == StopAnswer.ACCEPTED) {
                return;
            }
            if (answer == StopAnswer.UNKNOWN_POD) {
                expectUnlisted(id, "stop");
                return;
            }
            Optional<Pod> pod = find(id);
            if (pod.isEmpty() || pod.get().status().isEnded()) {
                return;
            }
            // It may just be on its way from one status to the next.
            time.sleep(pause);
            pause = pause.multipliedBy(2);
        }
        throw new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "could not stop pod " + id,
                "the provider refuses it in the pod's present status; a locked pod cannot be stopped",
                "unlock and stop it in the provider's console, or terminate it",
                PodCalls.stillBilled(id)));
    }

    /**
     * Deletes a pod with everything but a network volume. A pod that the provider does not know counts as deleted only
     * if the list does not show it either: the answer for somebody else's pod is the same.
     *
     * @return false if the provider does not know the pod: it is gone, or so young that it does not show yet
     */
    public boolean terminate(PodId id) throws InterruptedException {
        boolean accepted = http.call(new PodCalls.TerminatePod(id));
        if (!accepted) {
            expectUnlisted(id, "terminate");
        }
        return accepted;
    }

    /** The catalog for one cloud and this many GPUs in one pod. */
    public List<GpuType> gpuTypes(CloudType cloud, int gpuCount) throws InterruptedException {
        return http.call(new CatalogCalls.ListGpuTypes(cloud, gpuCount));
    }

    /**
     * What pods without a GPU can be rented, cheapest first.
     *
     * @param vcpuCount how many in one pod, a power of two from 2
     */
    public List<CpuType> cpuTypes(int vcpuCount) throws InterruptedException {
        return http.call(new CatalogCalls.ListCpuTypes(vcpuCount));
    }

    /** The network volume, or empty if there is none with this id. */
    public Optional<NetworkVolume> networkVolume(String id) throws InterruptedException {
        return id.matches("[A-Za-z0-9_-]{1,100}") ? http.call(new CatalogCalls.GetNetworkVolume(id)) : Optional.empty();
    }

    public List<NetworkVolume> networkVolumes() throws InterruptedException {
        return http.call(new CatalogCalls.ListNetworkVolumes());
    }

    /** What was billed for a pod, by the hour, since a moment. Recent minutes and the last hour may still be missing. */
    public List<BilledHour> billedHours(PodId id, Instant since) throws InterruptedException {
        return http.call(new BillingCalls.PodHours(id, since));
    }

    /**
     * Reads a pod's log, oldest line first, and goes on with lines as they come, across lost connections, until the
     * receiver wants no more or the deadline passes. Lines of earlier container runs come too. No line comes twice.
     *
     * @param tail how many lines of the past to begin with, 0 to 5000
     * @param wantsMore gets each line; false ends the reading
     */
    public void readLogs(PodId id, LogSource source, int tail, Deadline deadline, Predicate<LogLine> wantsMore)
            throws InterruptedException {
        new PodLog(http, id, source, tail).follow(LOG_SILENCE, deadline, wantsMore);
    }

    /**
     * The lines a pod's log has now: reads until the log has been silent for {@code quiet} or the deadline passes. The
     * stream itself has no end, and a container may print faster than anybody reads: of a flood the last lines are kept.
     */
    public List<LogLine> logSnapshot(PodId id, LogSource source, int tail, Duration quiet, Deadline deadline)
            throws InterruptedException {
        return log(id, source, tail).newLines(quiet, deadline);
    }

    /** A reading of a pod's log that can be taken up again where it ended; {@code tail} as above. Asks nothing yet. */
    public PodLog log(PodId id, LogSource source, int tail) {
        return new PodLog(http, id, source, tail);
    }

    /** The same line by line, for who need not keep them. */
    public void readLogsUntilQuiet(
            PodId id, LogSource source, int tail, Duration quiet, Deadline deadline, Consumer<LogLine> receiver)
            throws InterruptedException {
        new PodLog(http, id, source, tail).untilQuiet(quiet, deadline, line -> {
            receiver.accept(line);
            return true;
        });
    }

    /** How far the provider's clock is ahead of this machine's, by its last answer; empty before there was one. */
    public Optional<Duration> clockDifference() {
        return http.clockDifference();
    }

    /** How long to wait before the next look at a pod: ours, or less where the server said so with its last answer. */
    public Duration pollPause(Duration ours) {
        return http.pollHint()
                .map(hint -> hint.compareTo(SHORTEST_POLL) < 0 ? SHORTEST_POLL : hint)
                .filter(hint -> hint.compareTo(ours) < 0)
                .orElse(ours);
    }

    private void expectUnlisted(PodId id, String action) throws InterruptedException {
        if (list().stream().anyMatch(pod -> pod.id().equals(id) && pod.status() != PodStatus.TERMINATED)) {
            throw new ProblemException(new Problem(
                    Problem.Kind.FAILED,
                    "could not " + action + " pod " + id,
                    "the provider says that it does not know the pod, but lists it",
                    "try again in a minute, or do it in the provider's console",
                    PodCalls.stillBilled(id)));
        }
    }
}
