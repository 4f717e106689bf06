package dev.podtrain.run;

import dev.podtrain.base.Time;
import dev.podtrain.ledger.Ledger;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.run.FileOperations.SyncListener;
import dev.podtrain.ssh.SessionSource;
import java.nio.file.Path;

/** A pod that was rented for moving data, for as long as it is needed: closing ends it, unless it is to be kept. */
final class DataPod implements AutoCloseable {
    private final StagedPod pod;
    private final Cloud cloud;
    private final Ledger ledger;
    private final RunStore.LaunchLock lock;
    private final boolean keep;
    private final Time time;
    private final SyncListener listener;
    private final PodSessions sessions;
    private final PodSessions ownSessions;
    private final KeepAlive keepAlive;

    DataPod(
            RunId id,
            StagedPod pod,
            Cloud cloud,
            Ledger ledger,
            Path privateKey,
            RunStore.LaunchLock lock,
            boolean keep,
            Time time,
            SyncListener listener) {
        this.pod = pod;
        this.cloud = cloud;
        this.ledger = ledger;
        this.lock = lock;
        this.keep = keep;
        this.time = time;
        this.listener = listener;
        this.sessions =
                new PodSessions(cloud.pods(), pod.pod().id(), pod.connection(), pod.session(), false, time, listener);
        PodConnection own = new PodConnection(cloud.pods(), cloud.ssh(), privateKey, false, time);
        this.ownSessions = new PodSessions(cloud.pods(), pod.pod().id(), own, null, false, time, listener);
        this.keepAlive = KeepAlive.start(ownSessions, RemoteRun.of(id).directory() + "/keepalive", time, listener);
    }

    SessionSource sessions() {
        return sessions;
    }

    @Override
    public void close() {
        try {
            listener.podEnded(Uninterrupted.get(this::end));
        } finally {
            keepAlive.close();
            ownSessions.close();
            sessions.close();
            lock.close();
        }
    }

    private String end() {
        if (keep) {
            return "pod " + pod.pod().id() + " stays for the next sync and is billed at $"
                    + pod.attempt().hourlyPriceUsd().toPlainString()
                    + " an hour; its guard ends it when it has not been used for a while";
        }
        return new GiveBack(cloud, ledger, time, listener)
                .end(pod.attempt().intent(), pod.pod().id(), true);
    }
}
