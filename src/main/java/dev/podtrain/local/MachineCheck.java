package dev.podtrain.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether this machine can run pods.
 *
 * @param system the name of its operating system
 * @param root whether this program runs as root
 * @param environment what its probes get beside this program's own environment
 */
record MachineCheck(String system, boolean root, Map<String, String> environment) {
    private static final long LIMIT_SECONDS = 10;

    /** Program and the Debian package that has it. */
    private record Needed(String program, String debianPackage) {}

    private static final List<Needed> NEEDED = List.of(
            new Needed("bwrap", "bubblewrap"),
            new Needed("sshd", "openssh-server"),
            new Needed("ssh-keygen", "openssh-client"),
            new Needed("tmux", "tmux"),
            new Needed("setsid", "util-linux"),
            new Needed("curl", "curl"),
            new Needed("python3", "python3"));

    static MachineCheck here() {
        String system = System.getProperty("os.name", "unknown");
        return new MachineCheck(system, isLinux(system) && Sandbox.currentUserId() == 0, Map.of());
    }

    private static boolean isLinux(String system) {
        return system.toLowerCase(Locale.ROOT).startsWith("linux");
    }

    Optional<String> unsupportedReason() {
        if (!isLinux(system)) {
            return Optional.of("pods on this machine need Linux, and this is " + system
                    + ": use a Linux machine, or leave out --local to rent a real pod");
        }
        try {
            Optional<String> missing = missingPrograms();
            return missing.isPresent() ? missing : missingRights();
        } catch (IOException failure) {
            return Optional.of("it cannot be found out whether this machine can run pods: " + failure.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.of("the check of this machine was interrupted");
        }
    }

    private Optional<String> missingPrograms() throws IOException, InterruptedException {
        List<String> programs = NEEDED.stream().map(Needed::program).toList();
        // An ordinary user's path has no sbin, where sshd lies.
        Result found = run(
                List.of(
                        "/bin/sh",
                        "-c",
                        "PATH=$PATH:/usr/sbin:/sbin; for p; do command -v \"$p\" >/dev/null || echo \"$p\"; done",
                        "sh"),
                programs);
        List<String> missing = found.output().lines().toList();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        List<String> packages = NEEDED.stream()
                .filter(needed -> missing.contains(needed.program()))
                .map(Needed::debianPackage)
                .distinct()
                .toList();
        return Optional.of("pods on this machine need " + String.join(", ", missing)
                + ": install with: apt-get install " + String.join(" ", packages));
    }

    private Optional<String> missingRights() throws IOException, InterruptedException {
        List<String> options =
                new ArrayList<>(List.of("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--as-pid-1"));
        if (!root) {
            options.add("--unshare-user");
        }
        options.addAll(List.of("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "/bin/sh", "-c", "exit 0"));
        // Through a shell, which looks for it in the environment's path and not in that of this program.
        Result probe = run(List.of("/bin/sh", "-c", "exec bwrap \"$@\"", "sh"), options);
        if (probe.status() == 0) {
            return Optional.empty();
        }
        String said = probe.output().lines().findFirst().orElse("no reason given");
        return Optional.of(
                root
                        ? "this system lets even root make no sandbox (" + said
                                + "): inside a container, start it with --privileged"
                        : "this system lets ordinary users make no sandbox (" + said
                                + "): allow user namespaces with: sysctl -w kernel.unprivileged_userns_clone=1"
                                + " kernel.apparmor_restrict_unprivileged_userns=0, or run as root");
    }

    private record Result(int status, String output) {}

    private Result run(List<String> command, List<String> arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " did not end within " + LIMIT_SECONDS + " s");
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.exitValue(), output);
    }
}
