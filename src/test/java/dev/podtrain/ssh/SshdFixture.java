package dev.podtrain.ssh;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.SystemTime;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A real OpenSSH server on a free loopback port, with its own host key, that lets the current user in with a key of its
 * own. Skips the test where there is no {@code sshd}.
 */
public final class SshdFixture implements AutoCloseable {
    private static final Path SSHD = Path.of("/usr/sbin/sshd");

    private final Path folder;
    private final int port;
    private final Process process;

    private SshdFixture(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** Starts a server that keeps its files in the folder, with further lines for its configuration. */
    public static SshdFixture start(Path folder, String... configuration) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(SSHD), "skipped: no OpenSSH server at " + SSHD);
        makeKey(folder.resolve("host_key"));
        makeKey(folder.resolve("user_key"));
        Files.copy(folder.resolve("user_key.pub"), folder.resolve("authorized_keys"));
        if (System.getProperty("user.name").equals("root")) {
            // Where sshd locks its unprivileged half in; it does not start without it.
            Files.createDirectories(Path.of("/run/sshd"));
        }
        for (int tries = 1; tries <= 5; tries++) {
            SshdFixture fixture = launch(folder, freePort(), configuration);
            if (fixture.comesToListen()) {
                return fixture;
            }
        }
        throw new IOException("sshd did not start: " + Files.readString(folder.resolve("sshd.log")));
    }

    private static SshdFixture launch(Path folder, int port, String... configuration) throws IOException {
        Files.writeString(
                folder.resolve("sshd_config"),
                String.join("\n", config(folder, port)) + "\n" + String.join("\n", configuration) + "\n");
        Process process = new ProcessBuilder(
                        SSHD.toString(),
                        "-D",
                        "-e",
                        "-f",
                        folder.resolve("sshd_config").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sshd.log").toFile())
                .start();
        return new SshdFixture(folder, port, process);
    }

    private static List<String> config(Path folder, int port) {
        return List.of(
                "ListenAddress 127.0.0.1:" + port,
                "HostKey " + folder.resolve("host_key"),
                "AuthorizedKeysFile " + folder.resolve("authorized_keys"),
                "PidFile none",
                "UsePAM no",
                "StrictModes no",
                "UseDNS no",
                "PermitRootLogin yes",
                "PasswordAuthentication no",
                "MaxStartups 100",
                "Subsystem sftp internal-sftp",
                // Keeps bash from reading the developer's own .bashrc before every command.
                "SetEnv SHLVL=2");
    }

    static void makeKey(Path file) throws IOException, InterruptedException {
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", file.toString());
    }

    /** Runs a program to its end and gives what it printed. */
    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** False if it has ended instead: somebody else may have taken the port before it did. */
    private boolean comesToListen() throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(new SystemTime(), Duration.ofSeconds(60));
        while (!log().contains("Server listening on 127.0.0.1 port " + port)) {
            if (!process.isAlive()) {
                return false;
            }
            if (deadline.hasPassed()) {
                throw new IOException("sshd did not start: " + log());
            }
            deadline.pause(Duration.ofMillis(10));
        }
        return true;
    }

    public String log() throws IOException {
        return Files.readString(folder.resolve("sshd.log"));
    }

    public Path folder() {
        return folder;
    }

    public int port() {
        return port;
    }

    public Path privateKey() {
        return folder.resolve("user_key");
    }

    /** Of the host key, {@code SHA256:…}. */
    public String fingerprint() throws IOException, InterruptedException {
        String line =
                run("ssh-keygen", "-l", "-f", folder.resolve("host_key.pub").toString());
        int start = line.indexOf("SHA256:");
        return line.substring(start, line.indexOf(' ', start));
    }

    /** How to log in here. */
    public SshTarget target() throws IOException, InterruptedException {
        return target(port);
    }

    /** How to log in here through something that listens on another port. */
    public SshTarget target(int throughPort) throws IOException, InterruptedException {
        return new SshTarget(
                "127.0.0.1", throughPort, System.getProperty("user.name"), privateKey(), Set.of(fingerprint()));
    }

    /** Waits until nothing that was started over SSH runs any more: what lost its client may still be tidying up. */
    public void awaitQuiet() throws InterruptedException {
        Deadline deadline = Deadline.in(new SystemTime(), Duration.ofSeconds(60));
        while (process.descendants().anyMatch(SshdFixture::isCommand)) {
            if (deadline.hasPassed()) {
                throw new AssertionError("a command still runs on the server");
            }
            deadline.pause(Duration.ofMillis(10));
        }
    }

    private static boolean isCommand(ProcessHandle child) {
        // A process that has ended and was not fetched yet has no program any more.
        return child.info()
                .command()
                .filter(program -> !program.contains("sshd"))
                .isPresent();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
