package dev.podtrain.cli;

import dev.podtrain.base.Progress;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.LaunchRequest;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.RunListener;
import dev.podtrain.run.RunOperations;
import dev.podtrain.run.RunSelector;
import dev.podtrain.run.StatusReport;
import java.util.ArrayList;
import java.util.List;

/** Use cases that do what a test says, and remember what they were asked for; what no test has said fails. */
final class FakeRuns implements RunOperations {
    /** What a launch does. */
    interface Launch {
        Outcome launch(RunListener listener) throws InterruptedException;
    }

    /** What reading a log does. */
    interface Logs {
        LogsResult logs(LogSink sink) throws InterruptedException;
    }

    /** What a stop or the refreshing of a status does. */
    interface Asking<T> {
        T ask(Progress progress) throws InterruptedException;
    }

    Launch onLaunch = listener -> {
        throw new AssertionError("no launch was expected");
    };
    Logs onLogs = sink -> {
        throw new AssertionError("no reading of a log was expected");
    };
    Asking<StatusReport> onRefresh = progress -> {
        throw new AssertionError("no refreshing was expected");
    };
    Asking<StopResult> onStop = progress -> {
        throw new AssertionError("no stop was expected");
    };
    StatusReport known = Samples.aReport(Samples.training());
    List<RunState> all = List.of();

    final List<LaunchRequest> launches = new ArrayList<>();
    final List<LogsRequest> logsRequests = new ArrayList<>();
    final List<StopRequest> stops = new ArrayList<>();
    final List<RunSelector> selectors = new ArrayList<>();

    @Override
    public Outcome launch(LaunchRequest request, RunListener listener) throws InterruptedException {
        launches.add(request);
        return onLaunch.launch(listener);
    }

    @Override
    public LogsResult logs(LogsRequest request, LogSink sink, Progress progress) throws InterruptedException {
        logsRequests.add(request);
        return onLogs.logs(sink);
    }

    @Override
    public StatusReport knownStatus(RunSelector selector) {
        selectors.add(selector);
        return known;
    }

    @Override
    public StatusReport refreshedStatus(RunSelector selector, Progress progress) throws InterruptedException {
        return onRefresh.ask(progress);
    }

    @Override
    public RunState runToStop(RunSelector selector) {
        selectors.add(selector);
        return known.state();
    }

    @Override
    public StopResult stop(StopRequest request, Progress progress) throws InterruptedException {
        stops.add(request);
        return onStop.ask(progress);
    }

    @Override
    public List<RunState> runs() {
        return all;
    }
}
