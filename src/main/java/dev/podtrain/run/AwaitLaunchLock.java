package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunStore;
import java.time.Duration;
import java.util.Optional;

/** Waits until no other process launches the run. */
final class AwaitLaunchLock {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final RunStore store;
    private final RunId run;
    private final Time time;

    AwaitLaunchLock(RunStore store, RunId run, Time time) {
        this.store = store;
        this.run = run;
        this.time = time;
    }

    RunStore.LaunchLock await(Progress progress) throws InterruptedException {
        Deadline deadline = Deadline.in(time, LIMIT);
        boolean told = false;
        while (true) {
            Optional<RunStore.LaunchLock> lock = store.tryLock(run);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (deadline.hasPassed()) {
                throw new ProblemException(new Problem(
                        Problem.Kind.FAILED,
                        "another pod-train has been launching this run for " + Durations.text(LIMIT),
                        "it holds " + store.directory(run).resolve("launch.lock"),
                        "look at that terminal, or end that process",
                        "this command has rented nothing"));
            }
            if (!told) {
                progress.report("another pod-train is launching this run: waiting to join it");
                told = true;
            }
            deadline.pause(PAUSE);
        }
    }
}
