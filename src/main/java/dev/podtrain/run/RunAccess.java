package dev.podtrain.run;

import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.config.Settings;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import java.nio.file.Path;
import java.util.Map;

/** Opens what is needed to ask after a run that was launched before: its settings, its provider, its key. */
final class RunAccess {
    private final SettingsLoader settingsLoader;
    private final CloudAccess clouds;
    private final RunStore store;
    private final Time time;

    RunAccess(SettingsLoader settingsLoader, CloudAccess clouds, RunStore store, Time time) {
        this.settingsLoader = settingsLoader;
        this.clouds = clouds;
        this.store = store;
        this.time = time;
    }

    /** The settings of the project that the run was launched from. */
    Settings settings(RunState run) {
        return settingsLoader.load(
                Path.of(run.definition().projectPath()),
                Map.of(),
                run.definition().local());
    }

    /** The run's provider; the caller closes it. */
    Cloud cloud(RunState run, Settings settings, Progress progress) throws InterruptedException {
        return clouds.open(settings, run.definition().local(), progress);
    }

    /** Logs in to pods of the run. */
    PodConnection connection(RunState run, Settings settings, Cloud cloud) {
        Path own = settings.pod().sshKeyPath();
        Path key = own == null ? store.privateKey(run.id()) : own;
        return new PodConnection(cloud.pods(), cloud.ssh(), key, false, time);
    }
}
