package dev.podtrain.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podtrain.base.Deadline;
import dev.podtrain.base.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts a container as a bubblewrap sandbox: own process, IPC and host name spaces, the container disk as {@code /},
 * the host's {@code /usr} read-only and the host's network. It does not die with this program.
 */
final class Sandbox {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

    /**
     * Becomes bubblewrap, which tells the process id of PID 1 on descriptor 3. The output goes through a pipe, as in a
     * real container: a program in the pod that opens {@code /proc/1/fd/1} to write would truncate a file.
     */
    private static final String LAUNCH = "exec setsid bwrap \"$@\" > >(exec env -i setsid cat) 2>&1 3>\"$0\"";

    /** What programs expect of the host's {@code /etc} and what is not the pod's own. */
    private static final List<String> HOST_SETTINGS = List.of(
            "/etc/alternatives",
            "/etc/ca-certificates",
            "/etc/crypto-policies",
            "/etc/ld.so.cache",
            "/etc/ld.so.conf",
            "/etc/ld.so.conf.d",
            "/etc/localtime",
            "/etc/mime.types",
            "/etc/nsswitch.conf",
            "/etc/pki",
            "/etc/protocols",
            "/etc/python3",
            "/etc/resolv.conf",
            "/etc/services",
            "/etc/ssl",
            "/etc/terminfo");

    private final Time time;
    private final PodImage image;
    private final long userId;

    Sandbox(Time time, PodImage image, long userId) {
        this.time = time;
        this.image = image;
        this.userId = userId;
    }

    long userId() {
        return userId;
    }

    /**
     * @param withGpu whether it was rented with GPUs
     * @param volume folder of the host and where the pod sees it
     * @param environment all of it: nothing is inherited. It reaches PID 1 without being an argument of any process
     */
    record Start(
            PodDirectory directory,
            String hostName,
            boolean withGpu,
            Optional<Mount> volume,
            Map<String, String> environment,
            List<String> command) {}

    record Mount(Path folder, String path) {}

    /**
     * The two processes of a sandbox.
     *
     * @param first PID 1: all others in the sandbox end with it
     * @param outer bubblewrap itself, outside; it ends after PID 1
     */
    record Started(SandboxProcess first, SandboxProcess outer) {
        void kill() {
            first.kill();
        }

        boolean isGone() {
            return !first.isAlive() && !outer.isAlive();
        }
    }

    /**
     * @return its processes, or empty if it ended before they could be seen
     * @throws IOException if the sandbox could not be made; what bubblewrap said is in the pod's output
     */
    Optional<Started> start(Start start) throws IOException, InterruptedException {
        Path info = start.directory().sandboxInfo();
        Files.deleteIfExists(info);

        List<String> command = new ArrayList<>(List.of("bash", "-c", LAUNCH, info.toString()));
        command.addAll(options(start));
        command.addAll(start.command());

        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        start.directory().output().toFile()))
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(start.environment());
        Process bubblewrap = builder.start();

        Optional<SandboxProcess> first = SandboxProcess.of(awaitPid(info, bubblewrap));
        Optional<SandboxProcess> outer = SandboxProcess.of(bubblewrap.pid());
        return first.isPresent() && outer.isPresent()
                ? Optional.of(new Started(first.get(), outer.get()))
                : Optional.empty();
    }

    private long awaitPid(Path info, Process bubblewrap) throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(time, START_LIMIT);
        while (!deadline.hasPassed()) {
            boolean ended = !bubblewrap.isAlive();
            if (Files.exists(info)) {
                byte[] text = Files.readAllBytes(info);
                // Written in one piece, so what is not empty is whole once it ends in a brace.
                if (text.length > 2
                        && new String(text, java.nio.charset.StandardCharsets.UTF_8)
                                .strip()
                                .endsWith("}")) {
                    JsonNode pid = Json.tree(text).path("child-pid");
                    return pid.asLong();
                }
            }
            if (ended) {
                throw new IOException("bubblewrap ended with status " + bubblewrap.exitValue());
            }
            deadline.pause(LOOK_AGAIN);
        }
        bubblewrap.destroyForcibly();
        throw new IOException("bubblewrap did not start a container within " + START_LIMIT);
    }

    private List<String> options(Start start) {
        List<String> options = new ArrayList<>(List.of(
                "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--as-pid-1", "--info-fd", "3", "--chdir", "/"));
        if (userId != 0) {
            options.addAll(List.of("--unshare-user", "--uid", Long.toString(userId), "--gid", Long.toString(userId)));
        }
        options.addAll(List.of("--hostname", start.hostName()));
        options.addAll(List.of("--bind", start.directory().containerDisk().toString(), "/"));
        options.addAll(List.of("--ro-bind", "/usr", "/usr"));
        for (String setting : HOST_SETTINGS) {
            options.addAll(List.of("--ro-bind-try", setting, setting));
        }
        options.addAll(List.of("--ro-bind", image.startScript().toString(), "/start.sh"));
        options.addAll(List.of("--ro-bind", image.tools(start.withGpu()).toString(), PodImage.TOOLS));
        options.addAll(List.of("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/dev/shm"));
        start.volume()
                .ifPresent(volume ->
                        options.addAll(List.of("--bind", volume.folder().toString(), volume.path())));
        options.add("--");
        return options;
    }

    /** The user this program runs as. */
    static long currentUserId() {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot find out who runs the local cloud: no /proc", failure);
        }
    }
}
