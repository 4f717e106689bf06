package dev.podtrain.run;

import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The use cases put together. Each is built when it is asked for, so that a quick command loads only its own classes. */
public final class Operations implements RunOperations {
    private final Map<String, String> environment;
    private final CloudAccess clouds;
    private final RunStore store;
    private final Supplier<String> newIntent;
    private final Time time;

    /**
     * The use cases over their collaborators.
     *
     * @param environment the process environment, from which settings are read
     * @param newIntent gives 16 random hex digits, each time others
     */
    public Operations(
            Map<String, String> environment,
            CloudAccess clouds,
            RunStore store,
            Supplier<String> newIntent,
            Time time) {
        this.environment = Map.copyOf(environment);
        this.clouds = clouds;
        this.store = store;
        this.newIntent = newIntent;
        this.time = time;
    }

    @Override
    public Outcome launch(LaunchRequest request, RunListener listener) throws InterruptedException {
        return new LaunchRun(new SettingsLoader(environment), clouds, store, newIntent, time).launch(request, listener);
    }

    @Override
    public LogsResult logs(LogsRequest request, LogSink sink, Progress progress) throws InterruptedException {
        RunState run = new FindRun(store).find(request.selector());
        return new ShowLogs(access(), store, time).show(run, request, sink, progress);
    }

    @Override
    public StatusReport knownStatus(RunSelector selector) {
        return ShowStatus.known(new FindRun(store).find(selector), store, time);
    }

    @Override
    public StatusReport refreshedStatus(RunSelector selector, Progress progress) throws InterruptedException {
        RunState run = new FindRun(store).find(selector);
        return new ShowStatus(access(), store, time).refreshed(run, progress);
    }

    @Override
    public RunState runToStop(RunSelector selector) {
        return new FindRun(store).findToStop(selector);
    }

    @Override
    public StopResult stop(StopRequest request, Progress progress) throws InterruptedException {
        RunState run = runToStop(request.selector());
        return new StopRun(access(), store, time).stop(run, request.terminate(), progress);
    }

    @Override
    public List<RunState> runs() {
        return store.all();
    }

    private RunAccess access() {
        return new RunAccess(new SettingsLoader(environment), clouds, store, time);
    }
}
