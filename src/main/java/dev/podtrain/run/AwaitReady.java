package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.pod.LogSource;
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
 * many GPUs as were asked for. {@code RUNNING} alone means nothing (RunPod reports it straight after create).
 */
final class AwaitReady {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** An image's pull takes minutes: so often the user hears what is going on, terminal or not. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(30);

    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);

    /** What waiting for a pod came to. */
    sealed interface Result {
        record Ready(Pod pod, SshSession session) implements Result {}

        /** It did not get ready in time, or it cannot serve: the next candidate may. */
        record Unusable(String reason) implements Result {}
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

    Result await(PodId id, int gpuCount, PodConnection connection, Duration limit) throws InterruptedException {
        Deadline deadline = Deadline.in(time, limit);
        Optional<Pod> up;
        try (BootLog bootLog = BootLog.follow(pods, id, limit, time, listener)) {
            up = awaitContainer(id, deadline, bootLog);
        }
        if (up.isEmpty()) {
            return new Result.Unusable("it was not up after " + Durations.text(limit));
        }
        Pod pod = up.get();
        if (pod.gpuCount() < gpuCount) {
            return new Result.Unusable("it has " + pod.gpuCount() + " of " + gpuCount + " GPUs");
        }
        try {
            SshSession session = connection.logIn(pod, deadline);
            return checkGpus(pod, session, gpuCount);
        } catch (SshException e) {
            return new Result.Unusable("SSH did not answer: " + e.getMessage());
        }
    }

    private Optional<Pod> awaitContainer(PodId id, Deadline deadline, BootLog bootLog) throws InterruptedException {
        Deadline appearance = Deadline.in(time, cloud.appearanceLimit());
        Deadline sign = Deadline.in(time, SIGN_OF_LIFE);
        Duration pause = FIRST_PAUSE;
        while (true) {
            Optional<Pod> pod = pods.find(id);
            if (pod.isPresent() && pod.get().isReady()) {
                return pod;
            }
            boolean ended = pod.isPresent() && pod.get().status().isEnded();
            boolean neverAppeared = pod.isEmpty() && appearance.hasPassed();
            if (ended || neverAppeared || deadline.hasPassed()) {
                return Optional.empty();
            }
            if (sign.hasPassed()) {
                listener.phase(Phase.READY, "still waiting for pod " + id + "; its system log: " + bootLog.lastLine());
                sign = Deadline.in(time, SIGN_OF_LIFE);
            }
            deadline.pause(pods.pollPause(pause));
            pause = pause.multipliedBy(3).dividedBy(2);
            if (pause.compareTo(LONGEST_PAUSE) > 0) {
                pause = LONGEST_PAUSE;
            }
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

    /** Reports the pod's system log, which tells of the image's pull, until closed. */
    private static final class BootLog implements AutoCloseable {
        private static final int TAIL = 20;
        private final RunListener listener;
        private final Thread reader;
        private volatile String lastLine = "empty so far";

        private BootLog(PodApi pods, PodId id, Duration limit, Time time, RunListener listener) {
            this.listener = listener;
            this.reader = new Thread(() -> read(pods, id, Deadline.in(time, limit)), "boot-log");
            reader.setDaemon(true);
        }

        static BootLog follow(PodApi pods, PodId id, Duration limit, Time time, RunListener listener) {
            BootLog log = new BootLog(pods, id, limit, time, listener);
            log.reader.start();
            return log;
        }

        private void read(PodApi pods, PodId id, Deadline deadline) {
            try {
                pods.readLogs(id, LogSource.SYSTEM, TAIL, deadline, line -> {
                    lastLine = line.text();
                    listener.report(line.text());
                    return !Thread.currentThread().isInterrupted();
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ProblemException e) {
                // Only decoration: the wait itself reports what matters.
                lastLine = "cannot be read: " + e.problem().why();
            }
        }

        String lastLine() {
            return lastLine;
        }

        @Override
        public void close() {
            reader.interrupt();
        }
    }
}
