package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.config.CodeSync;
import dev.podtrain.config.Settings;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.config.TrainingConfig;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.ssh.SshKeys;
import dev.podtrain.transfer.CodeTree;
import dev.podtrain.transfer.GitCheckout;
import dev.podtrain.transfer.GitHead;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The main job, first half: reads everything the user wrote, then hands it to {@link ConductRun}. */
public final class LaunchRun {
    /** A command that runs a file of the project, named in the plainest way; any other is not looked into. */
    private static final Pattern PYTHON_SCRIPT = Pattern.compile("python3? ([A-Za-z0-9_][A-Za-z0-9_/-]*\\.py)(?: |$)");

    private final SettingsLoader settingsLoader;
    private final CloudAccess clouds;
    private final RunStore store;
    private final Supplier<String> newIntent;
    private final Time time;

    /**
     * The main job with its collaborators.
     *
     * @param newIntent gives 16 random hex digits, each time others
     */
    public LaunchRun(
            SettingsLoader settingsLoader, CloudAccess clouds, RunStore store, Supplier<String> newIntent, Time time) {
        this.settingsLoader = settingsLoader;
        this.clouds = clouds;
        this.store = store;
        this.newIntent = newIntent;
        this.time = time;
    }

    /** Does what the request says; see {@link RunOperations#launch}. */
    public Outcome launch(LaunchRequest request, RunListener listener) throws InterruptedException {
        listener.phase(Phase.PLAN, "reading settings and config");
        Settings settings = settingsLoader.load(request.projectDir(), request.flags(), request.local());
        settings.warnings().forEach(listener::warn);
        if (settings.pod().sshKeyPath() != null) {
            SshKeys.check(settings.pod().sshKeyPath());
        }
        TrainingConfig config = TrainingConfig.read(request.projectDir(), request.config(), settings.training());
        try (Cloud cloud = clouds.open(settings, request.local(), listener)) {
            NetworkVolume volume = new MakePlan(cloud).volume(settings);
            RunSpec spec = describe(request, settings, config, volume, listener);
            return new ConductRun(spec, volume, cloud, store, newIntent, time, listener).conduct();
        } catch (LaunchCancelledException e) {
            return new Outcome.Cancelled(null, e.left());
        }
    }

    /** A trainer that is not there would only be missed on a pod, after its boot was paid for. */
    private static void checkTrainer(String command, CodeTree tree) {
        Matcher matcher = PYTHON_SCRIPT.matcher(command);
        if (!matcher.lookingAt()) {
            return;
        }
        String script = matcher.group(1);
        if (tree.files().stream().noneMatch(file -> file.path().equals(script))) {
            throw new ProblemException(Problem.usage(
                    "the trainer " + script + " is not in the project",
                    "TRAIN_COMMAND runs it, and it is not among the files that are sent to the pod",
                    "set TRAIN_COMMAND to what trains, such as 'python train.py --config {config} {resume}', or, if the"
                            + " file is there, take it out of .gitignore"));
        }
    }

    private RunSpec describe(
            LaunchRequest request, Settings settings, TrainingConfig config, NetworkVolume volume, RunListener listener)
            throws InterruptedException {
        String remoteProject = settings.training().projectDir();
        RunId run = RunId.of(volume.id(), remoteProject, config.outputDir());
        store.prepare(run);
        CodeTree tree =
                CodeTree.scan(request.projectDir(), List.of(config.outputDir()), store.codeHashes(run), listener);
        checkTrainer(settings.training().trainCommand(), tree);
        GitHead checkout = settings.training().codeSync() == CodeSync.GIT
                ? new GitCheckout().localHead(request.projectDir())
                : null;
        String commit = GitCheckout.commitOf(request.projectDir()).orElse("");
        return new RunSpec(run, request, settings, config, tree, volume.id(), checkout, commit);
    }
}
