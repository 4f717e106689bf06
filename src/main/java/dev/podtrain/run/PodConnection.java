package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.pod.HostKeyLog;
import dev.podtrain.pod.LogLine;
import dev.podtrain.pod.LogSource;
import dev.podtrain.pod.Pod;
import dev.podtrain.pod.PodApi;
import dev.podtrain.pod.PodId;
import dev.podtrain.pod.SshAddress;
import dev.podtrain.ssh.SshClient;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import dev.podtrain.ssh.SshTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Logs in to one pod. The host key must be one of those that the pod printed into its own container log, which is read
 * over the authenticated API; so nobody on the way can pose as the pod.
 */
final class PodConnection {
    /** An official image prints its host keys within seconds of its start. */
    private static final Duration HOST_KEY_LIMIT = Duration.ofSeconds(90);

    /** How long a custom image's log is searched when the user said that any key will do. */
    private static final Duration HOST_KEY_LIMIT_IF_ANY_WILL_DO = Duration.ofSeconds(10);

    /** A log's stream has no end: so long without a line, and what was printed is there. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    /** Log lines carry whole seconds, starts milliseconds (RunPod's log description, 2026-08-20). */
    private static final Duration CLOCK_GRAIN = Duration.ofSeconds(1);

    private static final int WHOLE_LOG = 5000;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** The provider is asked once the pauses are this long: the first refusals are usual. */
    private static final Duration LOOK_FROM = Duration.ofSeconds(1);

    private final PodApi pods;
    private final SshClient ssh;
    private final Path privateKey;
    private final boolean acceptNewHostKey;
    private final Time time;
    private @Nullable SshTarget target;

    PodConnection(PodApi pods, SshClient ssh, Path privateKey, boolean acceptNewHostKey, Time time) {
        this.pods = pods;
        this.ssh = ssh;
        this.privateKey = privateKey;
        this.acceptNewHostKey = acceptNewHostKey;
        this.time = time;
    }

    /**
     * Logs in, trying again until the deadline: refused connections are normal in a pod's first minute.
     *
     * @throws SshException when the deadline has passed, or the pod has ended, with the last reason
     * @throws ProblemException if the pod's host key is not the one in its log
     */
    SshSession logIn(Pod pod, Deadline deadline) throws InterruptedException, SshException {
        SshAddress address = pod.sshAddress().orElseThrow();
        boolean lookedAgain = false;
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return ssh.connect(targetOf(pod, address, lookedAgain, deadline), deadline);
            } catch (SshException e) {
                switch (e.kind()) {
                    case HOST_KEY_MISMATCH -> {
                        // A container that was restarted in place has new keys: read the log once more, then stop.
                        if (lookedAgain) {
                            throw wrongHostKey(pod.id(), address, e);
                        }
                        lookedAgain = true;
                        target = null;
                    }
                    case AUTH_REJECTED -> throw keyRejected(pod.id(), e);
                    case REFUSED, UNREACHABLE, BANNER, LOST, TIMED_OUT, TOO_MUCH_OUTPUT, SCRIPT_FAILED -> {
                        // A pod that ends just now would otherwise be knocked at until the deadline.
                        boolean worthALook = pause.compareTo(LOOK_FROM) >= 0;
                        if (deadline.hasPassed() || (worthALook && hasEnded(pod.id()))) {
                            throw e;
                        }
                    }
                }
            }
            deadline.pause(pause);
            pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    private boolean hasEnded(PodId pod) throws InterruptedException {
        return pods.find(pod).filter(found -> found.status().isEnded()).isPresent();
    }

    private SshTarget targetOf(Pod pod, SshAddress address, boolean wholeLog, Deadline deadline)
            throws InterruptedException {
        SshTarget known = target;
        if (known == null || known.port() != address.port() || !known.host().equals(address.host())) {
            known = read(pod, address, wholeLog, deadline);
            target = known;
        }
        return known;
    }

    private SshTarget read(Pod pod, SshAddress address, boolean wholeLog, Deadline deadline)
            throws InterruptedException {
        Duration limit = acceptNewHostKey ? HOST_KEY_LIMIT_IF_ANY_WILL_DO : HOST_KEY_LIMIT;
        Duration within = shorter(limit, deadline.remaining());
        Optional<Set<String>> keys = wholeLog ? hostKeysOfWholeLog(pod.id(), within) : hostKeysSinceStart(pod, within);
        if (keys.isPresent()) {
            return new SshTarget(address.host(), address.port(), address.user(), privateKey, keys.get());
        }
        if (acceptNewHostKey) {
            return SshTarget.acceptingNewKey(address.host(), address.port(), address.user(), privateKey);
        }
        throw noHostKey(pod.id());
    }

    /** The keys that this start of the pod printed, as soon as they are there. Earlier starts had others. */
    private Optional<Set<String>> hostKeysSinceStart(Pod pod, Duration within) throws InterruptedException {
        HostKeyLog log = new HostKeyLog();
        pods.readLogs(pod.id(), LogSource.CONTAINER, WHOLE_LOG, Deadline.in(time, within), line -> {
            if (!isEarlier(line, pod)) {
                log.add(line.text());
            }
            return log.fingerprints().isEmpty();
        });
        return log.fingerprints();
    }

    private static boolean isEarlier(LogLine line, Pod pod) {
        return line.at() != null
                && pod.startedAt() != null
                && line.at().isBefore(pod.startedAt().minus(CLOCK_GRAIN));
    }

    /** The last keys of the whole log, for a container that the platform restarted without saying so. */
    private Optional<Set<String>> hostKeysOfWholeLog(PodId pod, Duration within) throws InterruptedException {
        HostKeyLog log = new HostKeyLog();
        pods.readLogsUntilQuiet(
                pod, LogSource.CONTAINER, WHOLE_LOG, SILENCE, Deadline.in(time, within), line -> log.add(line.text()));
        return log.fingerprintsAfterSilence();
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static ProblemException noHostKey(PodId pod) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "could not verify the pod's identity",
                "pod " + pod + " printed no SSH host keys into its log, as RunPod's official images do",
                "use an official image (IMAGE=runpod/pytorch:…), or, if you trust the way to the pod,"
                        + " add --accept-new-host-key",
                "pod " + pod));
    }

    private static ProblemException wrongHostKey(PodId pod, SshAddress address, SshException cause) {
        return new ProblemException(
                new Problem(
                        Problem.Kind.FAILED,
                        "refused to log in to the pod",
                        "the host key at " + address.host() + ":" + address.port()
                                + " is not among those that pod " + pod + " printed into its log:"
                                + " another machine may be answering in its place",
                        "run the command again for a new pod; if it happens again, tell RunPod's support",
                        "pod " + pod),
                cause);
    }

    private ProblemException keyRejected(PodId pod, SshException cause) {
        return new ProblemException(
                new Problem(
                        Problem.Kind.FAILED,
                        "the pod does not accept this machine's SSH key",
                        "pod " + pod + " was rented with another key than " + privateKey
                                + ": from another machine, or before this one's records were lost",
                        "go on from the machine that launched it, or set SSH_KEY_PATH to its key;"
                                + " the training itself goes on and its guard ends the pod",
                        "pod " + pod + " goes on"),
                cause);
    }
}
