package dev.podtrain.run;

import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.ledger.Records;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** {@link CareOperations} put together; each use case is built when it is asked for. */
public final class Care implements CareOperations {
    private final Map<String, String> environment;
    private final CloudAccess clouds;
    private final Records records;
    private final Supplier<Optional<String>> localCloudProblem;
    private final Time time;

    /**
     * The use cases over their collaborators.
     *
     * @param environment the process environment, from which settings are read
     * @param localCloudProblem why pods cannot run on this machine, in words; empty if they can
     */
    public Care(
            Map<String, String> environment,
            CloudAccess clouds,
            Records records,
            Supplier<Optional<String>> localCloudProblem,
            Time time) {
        this.environment = Map.copyOf(environment);
        this.clouds = clouds;
        this.records = records;
        this.localCloudProblem = localCloudProblem;
        this.time = time;
    }

    @Override
    public List<Orphan> orphans() {
        return new FindOrphans(records, time).find();
    }

    @Override
    public Optional<RunId> runOf(RunSelector selector) {
        try {
            return Optional.of(new FindRun(records.runs()).find(selector).id());
        } catch (ProblemException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<FoundPod> pods(Account account, Progress progress) throws InterruptedException {
        settleDataPods(account.local(), progress);
        progress.report("asking for the account's pods");
        try (Cloud cloud = open(account, progress)) {
            return new SweepPods(cloud, records, time, progress).find();
        }
    }

    /** What became of pods that moved data: no status shows it. Each is asked after with its own project's settings. */
    private void settleDataPods(boolean local, Progress progress) throws InterruptedException {
        RunAccess access = new RunAccess(new SettingsLoader(environment), clouds, records.dataPods(), time);
        for (RunState record : records.dataPods().maybeOpen()) {
            if (record.definition().local() != local) {
                continue;
            }
            try (Cloud cloud = access.cloud(record, access.settings(record), progress)) {
                new Survey(cloud, records.dataPods(), record.id(), time).livePod(progress);
            } catch (ProblemException e) {
                progress.warn("could not ask after the pods of " + record.id() + ": "
                        + e.problem().why());
            }
        }
    }

    @Override
    public List<Swept> end(SweepRequest request, Progress progress) throws InterruptedException {
        List<Swept> swept = new ArrayList<>();
        try (Cloud cloud = open(request.account(), progress)) {
            SweepPods sweep = new SweepPods(cloud, records, time, progress);
            for (String pod : request.podIds()) {
                swept.add(sweep.end(pod, request.terminate(), request.all()));
            }
        }
        return List.copyOf(swept);
    }

    @Override
    public CostReport cost(RunSelector selector, Progress progress) throws InterruptedException {
        RunAccess access = new RunAccess(new SettingsLoader(environment), clouds, records.runs(), time);
        return new ShowCost(access, time).show(new FindRun(records.runs()).find(selector), progress);
    }

    @Override
    public List<Check> examine(Path projectDir, Progress progress) throws InterruptedException {
        return new Doctor(environment, clouds, records, localCloudProblem, time).examine(projectDir, progress);
    }

    private Cloud open(Account account, Progress progress) throws InterruptedException {
        return clouds.open(
                new SettingsLoader(environment).loadAccount(account.projectDir(), account.local()),
                account.local(),
                progress);
    }
}
