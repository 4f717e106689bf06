package dev.podtrain.run;

import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ssh.DataPipes;
import dev.podtrain.ssh.DataPipesSource;
import dev.podtrain.ssh.SshEndpoint;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Connections for data to a run's pod: first straight to where it was last reached, and if that fails by way of the
 * provider, which knows whether it lives and where.
 */
final class RunPodPipes implements DataPipesSource, AutoCloseable {
    private final ReachPod reachPod;
    private final RunState run;
    private final KnownPods known;
    private final String sshProgram;
    private final Time time;
    private final Progress progress;
    private boolean triedKnown;
    private ReachPod.@Nullable Reached reached;

    RunPodPipes(ReachPod reachPod, RunState run, KnownPods known, String sshProgram, Time time, Progress progress) {
        this.reachPod = reachPod;
        this.run = run;
        this.known = known;
        this.sshProgram = sshProgram;
        this.time = time;
        this.progress = progress;
    }

    @Override
    public Optional<DataPipes> next(Optional<SshException> lastFailure) throws InterruptedException {
        if (!triedKnown) {
            triedKnown = true;
            Optional<SshEndpoint> endpoint = known.find();
            if (endpoint.isPresent()) {
                return Optional.of(DataPipes.to(endpoint.get(), known.folder(), sshProgram, time));
            }
        }
        ReachPod.Reached pod = reached;
        boolean isFirst = pod == null;
        if (pod == null) {
            pod = reachPod.reach(run, progress).orElseThrow(() -> new NoPodException());
            reached = pod;
        }
        Optional<SshSession> session = pod.sessions().next(isFirst ? Optional.empty() : lastFailure);
        if (session.isEmpty()) {
            return Optional.empty();
        }
        remember(pod.pod().id().value(), session.get().endpoint());
        return Optional.of(DataPipes.over(session.get(), sshProgram, time));
    }

    private void remember(String pod, SshEndpoint endpoint) {
        try {
            known.remember(pod, endpoint);
        } catch (IOException e) {
            progress.report("the pod's address cannot be remembered: " + e.getMessage());
        }
    }

    /** The run has no pod: there may be another way to its files. */
    static final class NoPodException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public void close() {
        ReachPod.Reached pod = reached;
        if (pod != null) {
            pod.close();
        }
    }
}
