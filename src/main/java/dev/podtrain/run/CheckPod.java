package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.config.PodSettings;
import dev.podtrain.script.PodScripts;
import dev.podtrain.script.Preflight;
import dev.podtrain.script.Preflight.Finding;
import dev.podtrain.script.Preflight.Level;
import dev.podtrain.ssh.RemoteResult;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks at a pod before the code travels: a pod that nobody could end, or on which nothing can train, is no use. */
final class CheckPod {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Time time;
    private final Progress progress;

    CheckPod(Time time, Progress progress) {
        this.time = time;
        this.progress = progress;
    }

    /** Throws a problem that names what is wrong; the pod is then still there. */
    void check(SshSession session, PodSettings settings) throws InterruptedException, SshException {
        RemoteResult result = session.exec(
                Preflight.command(RunSpec.WORKSPACE, settings.minFreeGb(), settings.gpuCount()),
                PodScripts.preflightScript(),
                Deadline.in(time, LIMIT));
        Optional<Preflight> preflight = Preflight.parse(result.stdout());
        if (preflight.isEmpty()) {
            throw unusable(
                    "the check did not get to its end (" + result.exitStatus() + "): "
                            + result.stderr().strip(),
                    "the image needs bash; run the same command again if it has it");
        }
        preflight.get().at(Level.WARN).forEach(finding -> progress.warn("on the pod: " + finding.words()));
        List<Finding> failed = preflight.get().at(Level.FAIL);
        if (!failed.isEmpty()) {
            throw unusable(
                    failed.stream().map(Finding::words).collect(Collectors.joining("\n")),
                    next(failed.get(0).check()));
        }
        progress.report("the pod is as it has to be: "
                + preflight.get().at(Level.OK).stream()
                        .map(finding -> finding.check() + " " + finding.words())
                        .collect(Collectors.joining(", ")));
    }

    private static String next(String check) {
        return switch (check) {
            case "space" -> "make room on the network volume, or lower MIN_FREE_GB";
            case "workspace" -> "make room on the network volume; if there is room, run the same command again";
            case "python", "tmux", "bash" -> "choose an IMAGE that has it; RunPod's official ones do";
            default -> "run the same command again: it rents another pod";
        };
    }

    private static ProblemException unusable(String why, String next) {
        return new ProblemException(
                new Problem(Problem.Kind.FAILED, "the pod cannot be used", why, next, "the pod is still there"));
    }
}
