package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Secret;
import dev.podtrain.base.Time;
import dev.podtrain.config.TrainSettings;
import dev.podtrain.script.PodScripts;
import dev.podtrain.script.SettingsFile;
import dev.podtrain.ssh.RemoteFile;
import dev.podtrain.ssh.RemoteResult;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Puts the scripts, the settings and the secrets on the pod and starts the training, detached from this machine. */
final class StartTraining {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int STARTED = 0;
    private static final int ANOTHER_TRAINING = 3;
    private static final int ALREADY_FINISHED = 4;

    /** What became of the start. */
    enum Result {
        /** The training runs. */
        STARTED,
        /** The volume shows that the run had finished with this very code and config: nothing was started. */
        ALREADY_FINISHED
    }

    private final Time time;

    StartTraining(Time time) {
        this.time = time;
    }

    /**
     * Starts it; safe to do twice.
     *
     * @param takeOverFrom id of a pod that is known to be gone and may still hold the run's lock; empty if there is none
     * @throws ProblemException if the start is refused, above all because another training holds the run
     */
    Result start(RunSpec spec, StagedPod pod, String takeOverFrom) throws InterruptedException, SshException {
        Deadline deadline = Deadline.in(time, LIMIT);
        SshSession session = pod.session();
        RemoteRun remote = spec.remote();
        session.writeFiles(
                List.of(
                        new RemoteFile(remote.trainScript(), PodScripts.trainScript(), 0755),
                        new RemoteFile(remote.checkpointsScript(), PodScripts.checkpointsScript(), 0644),
                        new RemoteFile(
                                remote.price(), utf8(pod.pod().hourlyPriceUsd().toPlainString() + "\n"), 0644),
                        new RemoteFile(
                                remote.settings(), utf8(SettingsFile.render(settings(spec, pod, takeOverFrom))), 0600),
                        new RemoteFile(RemoteRun.SECRETS, utf8(SettingsFile.render(secrets(spec))), 0600)),
                deadline);

        RemoteResult result = session.exec(List.of("bash", remote.trainScript(), "start"), deadline);
        return switch (result.exitStatus()) {
            case STARTED -> Result.STARTED;
            case ALREADY_FINISHED -> Result.ALREADY_FINISHED;
            case ANOTHER_TRAINING -> throw anotherTraining(result.stdout().trim());
            default -> throw refused(result);
        };
    }

    private static SortedMap<String, String> settings(RunSpec spec, StagedPod pod, String takeOverFrom) {
        TrainSettings training = spec.settings().training();
        SortedMap<String, String> values = new TreeMap<>();
        values.put("RUN_ID", spec.run().value());
        values.put("ATTEMPT", Integer.toString(pod.attempt().number()));
        values.put("INTENT", pod.attempt().intent());
        values.put("PROJECT_PATH", spec.remoteProject());
        values.put("CONFIG", spec.config().path());
        values.put("OUTPUT_DIR", spec.config().outputDir());
        values.put("CHECKPOINT_GLOB", training.checkpointGlob());
        values.put("TRAIN_COMMAND", training.trainCommand());
        values.put("RESUME_ARG", training.resumeArg());
        values.put("FORCE_RESTART", spec.request().forceRestart() ? "1" : "0");
        values.put("TREE_HASH", spec.tree().treeHash());
        values.put("COMMIT", spec.commit());
        values.put(
                "SAVE_GRACE", Long.toString(spec.settings().limits().saveGrace().toSeconds()));
        values.put("HEARTBEAT_INTERVAL", "10");
        values.put("TAKEOVER_POD", takeOverFrom);
        values.put("REQUIREMENTS", training.requirements() == null ? "" : training.requirements());
        return values;
    }

    private static SortedMap<String, String> secrets(RunSpec spec) {
        SortedMap<String, String> values = new TreeMap<>();
        for (Map.Entry<String, Secret> secret : spec.settings().secretsForPod().entrySet()) {
            values.put(secret.getKey(), secret.getValue().reveal());
        }
        return values;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ProblemException anotherTraining(String owner) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "another training of this run is under way",
                "the lock on the volume is held by (intent, pod) " + owner,
                "follow it with 'pod-train status' from the machine that launched it, or end that pod first",
                "the other training goes on"));
    }

    private static ProblemException refused(RemoteResult result) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "the pod could not start the training",
                result.stderr().isBlank()
                        ? "train.sh ended with " + result.exitStatus()
                        : result.stderr().trim(),
                "mend that and run the same command again",
                "nothing was started"));
    }
}
