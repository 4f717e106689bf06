package dev.podtrain.cli;

import dev.podtrain.data.TransferListener;
import dev.podtrain.data.TransferReport;
import dev.podtrain.run.FileOperations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Use cases around files that do what a test says, and remember what they were asked for. */
final class FakeFiles implements FileOperations {
    /** What a copy does. */
    interface Copy {
        Optional<TransferReport> copy(TransferListener listener) throws InterruptedException;
    }

    /** What a command does. */
    interface Exec {
        Optional<Integer> exec(CommandOutput output) throws InterruptedException;
    }

    /** What a sync does. */
    interface Sync {
        Optional<TransferReport> sync(SyncListener listener) throws InterruptedException;
    }

    Sync onSync = listener -> Optional.of(Samples.aTransfer());
    Copy onCopy = listener -> Optional.of(Samples.aTransfer());
    Exec onExec = output -> Optional.of(0);

    final List<CopyRequest> pushes = new ArrayList<>();
    final List<CopyRequest> pulls = new ArrayList<>();
    final List<SyncRequest> syncs = new ArrayList<>();
    final List<ExecRequest> execs = new ArrayList<>();

    @Override
    public Optional<TransferReport> push(CopyRequest request, TransferListener listener) throws InterruptedException {
        pushes.add(request);
        return onCopy.copy(listener);
    }

    @Override
    public Optional<TransferReport> pull(CopyRequest request, TransferListener listener) throws InterruptedException {
        pulls.add(request);
        return onCopy.copy(listener);
    }

    @Override
    public Optional<Integer> exec(ExecRequest request, CommandOutput output) throws InterruptedException {
        execs.add(request);
        return onExec.exec(output);
    }

    @Override
    public Optional<TransferReport> syncData(SyncRequest request, SyncListener listener) throws InterruptedException {
        syncs.add(request);
        return onSync.sync(listener);
    }
}
