package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Time;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import dev.podtrain.ssh.RemoteResult;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Waits until a rented pod is ready: container up, direct SSH published, host key verified, a command answered, and as
 * many GPUs as were asked for. {@code RUNNING} alone means nothing (RunPod reports it straight after create). The wait
 * lasts as long as the pod's system log shows progress, such as an image being pulled.
 */
final class AwaitReady {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** An image's pull takes minutes: so often the user hears what is going on, terminal or not. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(30);

    /** A log that goes on for ever, such as one of failing downloads, is no progress. */
    private static final int LIMITS_AT_MOST = 4;

    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);

    /** What waiting for a pod came to. */
    sealed interface Result {
        record Ready(Pod pod, SshSession session) implements Result {}

        /** It did not get ready in time, or it cannot serve: the next candidate may. */
        record Unusable(String reason) implements Result {}

        /** No pod will get ready with these settings. */
        record Hopeless(String reason, String fix) implements Result {}
    }

    private final Cloud cloud;
    private final PodApi pods;
    private final Time time;
    private final RunListener listener;

    AwaitReady(Cloud cloud, Time time, RunListener listener) {
        this.cloud = cloud;
        this.pods = cloud.pods();
        this.time = time;
        this.listener = listener;
    }

    /**
     * Waits.
     *
     * @param limit how long the pod may show no progress
     */
    Result await(PodId id, int gpuCount, PodConnection connection, Duration limit) throws InterruptedException {
        Boot boot = new Boot(id, limit);
        while (true) {
            Optional<Pod> up = boot.look();
            if (up.isPresent()) {
                return logIn(up.get(), gpuCount, connection, limit);
            }
            Optional<Result> failure = boot.failure();
            if (failure.isPresent()) {
                return failure.get();
            }
            boot.pause();
        }
    }

    private Result logIn(Pod pod, int gpuCount, PodConnection connection, Duration limit) throws InterruptedException {
        if (pod.gpuCount() < gpuCount) {
            return new Result.Unusable("it has " + pod.gpuCount() + " of " + gpuCount + " GPUs");
        }
        try {
            SshSession session = connection.logIn(pod, Deadline.in(time, limit));
            return checkGpus(pod, session, gpuCount);
        } catch (SshException e) {
            return new Result.Unusable("SSH did not answer: " + e.getMessage());
        }
    }

    /** RunPod can start a pod without its GPUs, and shows the old count for a while: ask the driver. */
    private Result checkGpus(Pod pod, SshSession session, int gpuCount) throws InterruptedException, SshException {
        RemoteResult result = session.exec(
                List.of("sh", "-c", "nvidia-smi -L 2>/dev/null | grep -c '^GPU '"), Deadline.in(time, COMMAND_LIMIT));
        String count = result.stdout().trim();
        if (!count.matches("[0-9]{1,3}") || Integer.parseInt(count) < gpuCount) {
            session.close();
            return new Result.Unusable(
                    "its driver shows " + (count.isEmpty() ? "no" : count) + " of " + gpuCount + " GPUs");
        }
        return new Result.Ready(pod, session);
    }

    /** One pod on its way up. */
    private final class Boot {
        private final PodId id;
        private final Duration limit;
        private final Deadline appearance = Deadline.in(time, cloud.appearanceLimit());
        private final Deadline atMost;
        private final BootLog log;
        private Deadline progress;
        private Deadline sign = Deadline.in(time, SIGN_OF_LIFE);
        private Duration pause = FIRST_PAUSE;
        private Optional<Pod> seen = Optional.empty();
        private boolean appeared;

        Boot(PodId id, Duration limit) {
            this.id = id;
            this.limit = limit;
            this.atMost = Deadline.in(time, limit.multipliedBy(LIMITS_AT_MOST));
            this.progress = Deadline.in(time, limit);
            this.log = new BootLog(pods, id, time, listener);
        }

        /** The pod, once its container is up. */
        Optional<Pod> look() throws InterruptedException {
            seen = pods.find(id);
            appeared |= seen.isPresent();
            if (seen.filter(Pod::isReady).isPresent()) {
                return seen;
            }
            if (log.read(seen.map(Pod::startedAt).orElse(null))) {
                progress = Deadline.in(time, limit);
            }
            return Optional.empty();
        }

        Optional<Result> failure() {
            if (log.error().isPresent()) {
                return Optional.of(tell(log.error().get()));
            }
            if (seen.isPresent() && seen.get().status().isEnded()) {
                return unusable("it ended while it was booting");
            }
            if (seen.isEmpty() && appearance.hasPassed()) {
                return unusable(appeared ? "it went away while it was booting" : "it never appeared");
            }
            if (progress.hasPassed()) {
                return unusable("it was not up after " + Durations.text(limit) + " without progress; its system log: "
                        + log.lastLine());
            }
            if (atMost.hasPassed()) {
                return unusable("it was not up after " + Durations.text(limit.multipliedBy(LIMITS_AT_MOST))
                        + "; its system log: " + log.lastLine());
            }
            return Optional.empty();
        }

        private Optional<Result> unusable(String reason) {
            return Optional.of(new Result.Unusable(reason));
        }

        private Result tell(BootError.Found error) {
            return error.isHopeless()
                    ? new Result.Hopeless(error.meaning(), error.fix())
                    : new Result.Unusable(error.meaning() + "; " + error.fix());
        }

        void pause() throws InterruptedException {
            if (sign.hasPassed()) {
                listener.phase(Phase.READY, "still waiting for pod " + id + "; its system log: " + log.lastLine());
                sign = Deadline.in(time, SIGN_OF_LIFE);
            }
            progress.pause(pods.pollPause(pause));
            pause = pause.multipliedBy(3).dividedBy(2);
            if (pause.compareTo(LONGEST_PAUSE) > 0) {
                pause = LONGEST_PAUSE;
            }
        }
    }
}
