package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.config.ImageTag;
import dev.podtrain.config.PodSettings;
import dev.podtrain.config.Settings;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.ssh.SshKeys;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What this machine has and a launch needs; asks nobody outside it. */
final class MachineChecks {
    private static final String GROUP = "machine";
    private static final int LEAST_JAVA = 17;

    private final Map<String, String> environment;
    private final RunStore store;
    private final Supplier<Optional<String>> localCloudProblem;

    MachineChecks(Map<String, String> environment, RunStore store, Supplier<Optional<String>> localCloudProblem) {
        this.environment = environment;
        this.store = store;
        this.localCloudProblem = localCloudProblem;
    }

    List<Check> run(Path projectDir, Optional<Settings> settings) {
        List<Check> checks = new ArrayList<>();
        checks.add(java());
        checks.add(git(projectDir));
        checks.add(sshKey(settings));
        settings.map(Settings::pod).map(MachineChecks::image).ifPresent(checks::add);
        checks.add(state());
        checks.add(localCloudProblem
                .get()
                .map(reason -> Check.warning(GROUP, "local cloud", reason, "mend that if you want to use --local"))
                .orElse(Check.ok(GROUP, "local cloud", "pods can run on this machine (--local)")));
        return checks;
    }

    private static Check java() {
        int feature = Runtime.version().feature();
        return feature < LEAST_JAVA
                ? Check.error(GROUP, "Java", Problem.Kind.FAILED, "version " + feature, "install a JDK from 17 on")
                : Check.ok(GROUP, "Java", "version " + Runtime.version());
    }

    private Check git(Path projectDir) {
        boolean here = Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "git")));
        if (here) {
            return Check.ok(GROUP, "git", "found");
        }
        return Files.exists(projectDir.resolve(".git"))
                ? Check.warning(
                        GROUP,
                        "git",
                        "not found, and this project has a repository: what is sent is decided by .gitignore alone",
                        "install git")
                : Check.ok(GROUP, "git", "not found, and not needed: this project has no repository");
    }

    private static Check sshKey(Optional<Settings> settings) {
        Optional<Path> own =
                settings.flatMap(found -> Optional.ofNullable(found.pod().sshKeyPath()));
        if (own.isEmpty()) {
            return Check.ok(GROUP, "SSH key", "each run gets a key of its own");
        }
        try {
            SshKeys.check(own.get());
            return Check.ok(GROUP, "SSH key", own.get() + " can be used and only you can read it");
        } catch (ProblemException e) {
            return Doctor.problem(GROUP, "SSH key", e);
        }
    }

    /** Only the tag is looked at: what an image really holds shows on the pod. */
    private static Check image(PodSettings pod) {
        Optional<String> cuda = ImageTag.cuda(pod.image());
        if (cuda.isEmpty()) {
            return Check.warning(
                    GROUP,
                    "IMAGE",
                    "its tag does not tell which CUDA it needs; it has to hold Python from 3.8 on, tmux and a /start.sh"
                            + " that starts sshd",
                    "set MIN_CUDA_VERSION to the CUDA version of the image");
        }
        String least = pod.minCudaVersion();
        if (least == null || ImageTag.compare(least, cuda.get()) < 0) {
            return Check.warning(
                    GROUP,
                    "IMAGE",
                    "it needs CUDA " + cuda.get() + ", but MIN_CUDA_VERSION is " + (least == null ? "not set" : least)
                            + ": the pod may get a host whose driver is too old, on which the container never starts",
                    "set MIN_CUDA_VERSION=" + cuda.get());
        }
        return Check.ok(GROUP, "IMAGE", "needs CUDA " + cuda.get() + "; hosts from " + least + " on are asked for");
    }

    private Check state() {
        Path folder = store.root();
        Path existing = folder;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing != null && Files.isWritable(existing)
                ? Check.ok(GROUP, "state", folder.toString())
                : Check.error(
                        GROUP,
                        "state",
                        Problem.Kind.FAILED,
                        folder + " cannot be written",
                        "mend its permissions, or set XDG_STATE_HOME");
    }
}
