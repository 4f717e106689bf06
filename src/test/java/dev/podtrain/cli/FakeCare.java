package dev.podtrain.cli;

import dev.podtrain.base.Progress;
import dev.podtrain.ledger.RunId;
import dev.podtrain.run.CareOperations;
import dev.podtrain.run.Check;
import dev.podtrain.run.CostReport;
import dev.podtrain.run.FoundPod;
import dev.podtrain.run.Orphan;
import dev.podtrain.run.RunSelector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Use cases that answer what a test says, and remember what they were asked for. */
final class FakeCare implements CareOperations {
    List<Orphan> orphans = List.of();

    @Nullable
    RunId meant;

    List<FoundPod> pods = List.of();
    List<Swept> swept = List.of();

    @Nullable
    CostReport cost;

    List<Check> checks = List.of();

    final List<Account> accounts = new ArrayList<>();
    final List<SweepRequest> sweeps = new ArrayList<>();

    @Override
    public List<Orphan> orphans() {
        return orphans;
    }

    @Override
    public Optional<RunId> runOf(RunSelector selector) {
        return Optional.ofNullable(meant);
    }

    @Override
    public List<FoundPod> pods(Account account, Progress progress) {
        accounts.add(account);
        return pods;
    }

    @Override
    public List<Swept> end(SweepRequest request, Progress progress) {
        sweeps.add(request);
        return swept;
    }

    @Override
    public CostReport cost(RunSelector selector, Progress progress) {
        return Objects.requireNonNull(cost, "no question about costs was expected");
    }

    @Override
    public List<Check> examine(Path projectDir, Progress progress) {
        return checks;
    }
}
