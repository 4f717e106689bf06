package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the run that a command means among those this machine knows of. */
final class FindRun {
    private final RunStore store;

    FindRun(RunStore store) {
        this.store = store;
    }

    /** The one run that the selector fits; see {@link RunSelector}. */
    RunState find(RunSelector selector) {
        List<RunState> all = store.all();
        if (all.isEmpty()) {
            throw new ProblemException(Problem.usage(
                    "there is no run",
                    "nothing was launched from this machine yet",
                    "launch one: pod-train --config FILE"));
        }
        String name = selector.name();
        if (name == null) {
            return ofProject(selector, all).stream().findFirst().orElse(all.get(0));
        }
        List<RunState> exact = all.stream()
                .filter(run -> run.id().value().equals(name)
                        || run.definition().outputDir().equals(name))
                .toList();
        List<RunState> fitting = exact.isEmpty()
                ? all.stream().filter(run -> run.id().value().startsWith(name)).toList()
                : exact;
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        throw new ProblemException(Problem.usage(
                fitting.isEmpty() ? "there is no run '" + name + "'" : "'" + name + "' fits more than one run",
                "runs: " + ids(fitting.isEmpty() ? all : fitting),
                "name one of them; 'pod-train runs' shows what they are"));
    }

    /** The run to change something on: never one of another project unless that is named. */
    RunState findToChange(RunSelector selector) {
        RunState found = find(selector);
        if (selector.name() == null && ofProject(selector, List.of(found)).isEmpty()) {
            throw new ProblemException(Problem.usage(
                    "this project has no run",
                    "runs of other projects: " + ids(store.all()),
                    "name the run that is meant, or launch this project first"));
        }
        return found;
    }

    /** The run to stop: without a name, the one of this project that is under way, or else the last of this project. */
    RunState findToStop(RunSelector selector) {
        RunState last = findToChange(selector);
        if (selector.name() != null) {
            return last;
        }
        List<RunState> open = ofProject(selector, store.all()).stream()
                .filter(run -> !run.maybeBilled().isEmpty())
                .toList();
        if (open.size() > 1) {
            throw new ProblemException(Problem.usage(
                    "more than one run of this project may be under way",
                    "runs: " + ids(open),
                    "name the one to stop: pod-train stop RUN"));
        }
        return open.isEmpty() ? last : open.get(0);
    }

    /** The most recently changed first. */
    private static List<RunState> ofProject(RunSelector selector, List<RunState> all) {
        String project = selector.projectDir().toString();
        return all.stream()
                .filter(run -> run.definition().projectPath().equals(project))
                .toList();
    }

    private static String ids(List<RunState> runs) {
        return runs.stream().map(run -> run.id().value()).collect(Collectors.joining(", "));
    }
}
