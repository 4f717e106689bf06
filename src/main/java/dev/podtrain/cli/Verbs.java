package dev.podtrain.cli;

import java.util.List;
import java.util.Optional;

/**
 * What can be typed after the program's name. Only the verb that is asked for is made: making them all would take longer
 * than most of them do.
 */
final class Verbs {
    /** In the order of the help; {@code local} is a group, whose verbs are two words. */
    static final List<String> SHOWN = List.of(
            "logs",
            "status",
            "stop",
            "runs",
            "cost",
            "sweep",
            "doctor",
            "sync-data",
            "push",
            "pull",
            "exec",
            "tensorboard",
            "tunnel",
            "local",
            "completion");

    /** All verbs with a help text of their own, but for {@code local}. */
    static final List<String> WHOLE = List.of(
            "logs",
            "status",
            "stop",
            "runs",
            "cost",
            "sweep",
            "doctor",
            "sync-data",
            "push",
            "pull",
            "exec",
            "tensorboard",
            "tunnel",
            "local up",
            "local down",
            "local status",
            "local reset",
            "completion");

    private Verbs() {}

    /** The verb of this name, {@code local up} being one name; {@code launch} is the verb without a name. */
    static Optional<Verb> named(String name) {
        return switch (name) {
            case "", "launch" -> Optional.of(new LaunchVerb());
            case "logs" -> Optional.of(new LogsVerb());
            case "status" -> Optional.of(new StatusVerb());
            case "stop" -> Optional.of(new StopVerb());
            case "runs" -> Optional.of(new RunsVerb());
            case "cost" -> Optional.of(new CostVerb());
            case "sweep" -> Optional.of(new SweepVerb());
            case "doctor" -> Optional.of(new DoctorVerb());
            case "sync-data" -> Optional.of(new SyncDataVerb());
            case "push" -> Optional.of(new CopyVerb(CopyVerb.Direction.PUSH));
            case "pull" -> Optional.of(new CopyVerb(CopyVerb.Direction.PULL));
            case "exec" -> Optional.of(new ExecVerb());
            case "tensorboard" -> Optional.of(new TensorboardVerb());
            case "tunnel" -> Optional.of(new TunnelVerb());
            case "local" -> Optional.of(new LocalVerb());
            case "local up" -> Optional.of(new LocalActionVerb(LocalActionVerb.Action.UP));
            case "local down" -> Optional.of(new LocalActionVerb(LocalActionVerb.Action.DOWN));
            case "local status" -> Optional.of(new LocalActionVerb(LocalActionVerb.Action.STATUS));
            case "local reset" -> Optional.of(new LocalActionVerb(LocalActionVerb.Action.RESET));
            case "completion" -> Optional.of(new CompletionVerb());
            case "help-texts" -> Optional.of(new HelpTextsVerb());
            default -> Optional.empty();
        };
    }

    /** One line on a verb of {@link #SHOWN}, for the main help. */
    static String summary(String name) {
        return switch (name) {
            case "logs" -> "Print a run's log, or follow it.";
            case "status" -> "Show where a run stands and what it has cost.";
            case "stop" -> "End a run's training and its pod.";
            case "runs" -> "List all runs, and which may still be billed.";
            case "cost" -> "Show what a run has cost, and what RunPod has billed.";
            case "sweep" -> "List this program's pods in the account, or end them.";
            case "doctor" -> "Check settings, key, account and machine.";
            case "sync-data" -> "Bring data onto the network volume.";
            case "push" -> "Copy files to a run's pod.";
            case "pull" -> "Copy files from a run's pod.";
            case "exec" -> "Run a command on a run's pod.";
            case "tensorboard" -> "Show a run's TensorBoard in the browser.";
            case "tunnel" -> "Reach a port of a run's pod from this machine.";
            case "local" -> "Start, stop, show or empty the local cloud.";
            case "completion" -> "Print a completion script for a shell.";
            default -> throw new IllegalArgumentException(name);
        };
    }
}
