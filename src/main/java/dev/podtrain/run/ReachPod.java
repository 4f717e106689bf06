package dev.podtrain.run;

import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.config.Settings;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.Pod;
import dev.podtrain.ssh.SessionSource;
import java.util.Map;
import java.util.Optional;

/** Reaches the pod of a run that was launched before, for everything that works on it beside the training. */
public final class ReachPod {
    private final RunAccess access;
    private final RunStore store;
    private final Time time;

    /** Over the same collaborators as {@link Operations}. */
    public ReachPod(Map<String, String> environment, CloudAccess clouds, RunStore store, Time time) {
        this.access = new RunAccess(new SettingsLoader(environment), clouds, store, time);
        this.store = store;
        this.time = time;
    }

    /** The run that is meant, as this machine knows it; see {@link RunSelector}. Asks nobody. */
    public RunState find(RunSelector selector) {
        return new FindRun(store).findToChange(selector);
    }

    /** The settings of the project that the run was launched from. */
    public Settings settings(RunState run) {
        return access.settings(run);
    }

    /** The run's pod, if the provider shows it as alive; the caller closes it. Asks the provider. */
    public Optional<Reached> reach(RunState run, Progress progress) throws InterruptedException {
        Settings settings = access.settings(run);
        Cloud cloud = access.cloud(run, settings, progress);
        Optional<Reached> reached = Optional.empty();
        try {
            Optional<LivePod> live = new Survey(cloud, store, run.id(), time).livePod(progress);
            if (live.isPresent()) {
                PodConnection connection = access.connection(run, settings, cloud);
                Pod pod = live.get().pod();
                PodSessions sessions = new PodSessions(cloud.pods(), pod.id(), connection, null, false, time, progress);
                reached = Optional.of(new Reached(pod, sessions, cloud));
            }
            return reached;
        } finally {
            if (reached.isEmpty()) {
                cloud.close();
            }
        }
    }

    /** A pod with connections to it, which are opened when they are asked for and renewed when they break. */
    public static final class Reached implements AutoCloseable {
        private final Pod pod;
        private final PodSessions sessions;
        private final Cloud cloud;

        private Reached(Pod pod, PodSessions sessions, Cloud cloud) {
            this.pod = pod;
            this.sessions = sessions;
            this.cloud = cloud;
        }

        public Pod pod() {
            return pod;
        }

        /** Empty sessions mean that the pod has ended. */
        public SessionSource sessions() {
            return sessions;
        }

        @Override
        public void close() {
            sessions.close();
            cloud.close();
        }
    }
}
