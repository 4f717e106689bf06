package dev.podtrain.ssh;

import dev.podtrain.base.Shell;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A script on the host at the other end of the system's {@code ssh}. It is told exactly one host key to accept, the one
 * that was checked before, and reads neither the user's configuration nor their keys. No secret is in its arguments: the
 * private key stays in its file.
 */
final class SystemSsh implements DataPipe {
    private static final int BUFFER = 64 * 1024;
    private static final int SHOWN_ERRORS = 4096;
    private static final int END_SECONDS = 5;
    private static final int INTERRUPT_MILLIS = 100;

    /** What {@code ssh} ends with when it is the connection that failed, not the command. */
    private static final int CONNECTION_FAILED = 255;

    /** The system's own: what comes first on the path may be a program that takes long to choose among several. */
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    /** What {@code ssh} adds when it got no socket; why not is said before. */
    private static final List<String> WITHOUT_SOCKET =
            List.of("mm_receive_fd: ", "proxy dialer did not pass back a connection");

    /** The only name in the file of known hosts, whatever the host's address and port. */
    private static final String HOST_ALIAS = "checked-host";

    private static final String DIAL = "dial.py";

    private static final List<String> OWN_CONNECTION = List.of("-o", "ControlMaster=no", "-o", "ControlPath=none");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Process process;
    private final Path folder;
    private final WritableByteChannel toHost;
    private final InputStream fromHost;

    private SystemSsh(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
        this.toHost = inputOf(process);
        this.fromHost = new BufferedInputStream(process.getInputStream(), BUFFER);
    }

    /**
     * Starts it; whether it could log in shows in what the script says.
     *
     * @param kept as {@link DataPipes#to} has it; null for a connection of its own that ends with it
     * @throws IOException if there is no such program
     */
    static SystemSsh start(
            String program,
            SshEndpoint endpoint,
            @Nullable Path kept,
            String name,
            byte[] script,
            List<String> arguments)
            throws IOException {
        Path folder = newFolder();
        boolean started = false;
        try {
            Path knownHosts = folder.resolve("known_hosts");
            Files.writeString(knownHosts, HOST_ALIAS + " " + endpoint.hostKey() + "\n");
            List<String> command = new ArrayList<>(List.of(program));
            command.addAll(options(endpoint, knownHosts));
            if (canDial()) {
                Path dial = folder.resolve(DIAL);
                Files.writeString(dial, Resources.text(DIAL));
                command.addAll(quickLogin(dial, endpoint));
            }
            command.addAll(kept == null ? OWN_CONNECTION : keptConnection(kept));
            command.add("--");
            command.add(endpoint.host());
            command.add(Shell.join(RemotePython.command(name, arguments)));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectError(folder.resolve("errors").toFile());
            // It starts its helpers by the user's shell, whose start-up files may take long.
            builder.environment().put("SHELL", "/bin/sh");
            Process process = builder.start();
            started = true;
            SystemSsh pipe = new SystemSsh(process, folder);
            pipe.endWith(Thread.currentThread());
            pipe.send(script);
            return pipe;
        } finally {
            if (!started) {
                delete(folder);
            }
        }
    }

    /** Straight into the pipe, which the system can fill from a file by itself; where it does not show it, through Java's stream. */
    private static WritableByteChannel inputOf(Process process) {
        try {
            FileChannel pipe = FileChannel.open(Path.of("/proc/" + process.pid() + "/fd/0"), StandardOpenOption.WRITE);
            process.getOutputStream().close();
            return pipe;
        } catch (IOException e) {
            return Channels.newChannel(process.getOutputStream());
        }
    }

    /** Not {@link Files#createTempDirectory}: its random names cost 20 ms of a cold JVM. */
    private static Path newFolder() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path folder =
                temporary.resolve("pod-train-ssh-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }

    /** An interrupt of that thread ends the connection: nothing else ends a blocked read from a process. */
    private void endWith(Thread owner) {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (!process.waitFor(INTERRUPT_MILLIS, TimeUnit.MILLISECONDS)) {
                            if (owner.isInterrupted()) {
                                process.destroy();
                            }
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "ssh-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private void send(byte[] script) {
        try {
            for (byte[] bytes : RemotePython.input(script)) {
                toHost.write(ByteBuffer.wrap(bytes));
            }
            flush();
        } catch (IOException e) {
            // It has ended already; the missing greeting tells.
            process.destroy();
        }
    }

    private static List<String> options(SshEndpoint endpoint, Path knownHosts) {
        List<String> options = new ArrayList<>(List.of(
                "-F",
                "/dev/null",
                "-T",
                "-x",
                "-a",
                "-p",
                "" + endpoint.port(),
                "-l",
                endpoint.user(),
                "-i",
                withoutTokens(endpoint.privateKey())));
        for (String option : List.of(
                "BatchMode=yes",
                "IdentitiesOnly=yes",
                "IdentityAgent=none",
                "PreferredAuthentications=publickey",
                "StrictHostKeyChecking=yes",
                "HostKeyAlias=" + HOST_ALIAS,
                "CheckHostIP=no",
                "UpdateHostKeys=no",
                "GlobalKnownHostsFile=/dev/null",
                "UserKnownHostsFile=\"" + withoutTokens(knownHosts) + "\"",
                // The host may have keys of several types; only the one that was checked counts.
                "HostKeyAlgorithms=" + hostKeyAlgorithms(endpoint.hostKeyType()),
                "PermitLocalCommand=no",
                "ClearAllForwardings=yes",
                "EscapeChar=none",
                "Compression=no",
                // What CPUs have instructions for comes first: the usual first choice carries 40 % less.
                "Ciphers=^aes128-gcm@openssh.com,aes256-gcm@openssh.com",
                // As for the session: the newer usual one takes 150 ms of computing a login.
                "KexAlgorithms=^curve25519-sha256",
                "ConnectTimeout=15",
                "ServerAliveInterval=5",
                "ServerAliveCountMax=3",
                "LogLevel=ERROR")) {
            options.add("-o");
            options.add(option);
        }
        return options;
    }

    /**
     * The first login leaves a process of {@code ssh} behind, which holds the connection and listens on the socket; those
     * that come later hand it their pipes. It ends by itself when nobody came for a while, or when the host is gone.
     */
    private static List<String> keptConnection(Path socket) {
        return List.of(
                "-o",
                "ControlMaster=auto",
                "-o",
                "ControlPath=\"" + withoutTokens(socket) + "\"",
                "-o",
                "ControlPersist=" + DataPipes.KEPT.toSeconds());
    }

    /** Elsewhere than on Linux a program of this name may be one that offers to install Python. */
    private static boolean canDial() {
        return Files.isDirectory(Path.of("/proc/self")) && Files.isExecutable(PYTHON);
    }

    /** What {@code ssh} leaves out when it connects by itself, and no option of it asks for: see the script. */
    private static List<String> quickLogin(Path dial, SshEndpoint endpoint) {
        String connect = Shell.join(
                List.of(PYTHON.toString(), "-I", "-S", dial.toString(), endpoint.host(), "" + endpoint.port()));
        return List.of("-o", "ProxyCommand=" + connect.replace("%", "%%"), "-o", "ProxyUseFdpass=yes");
    }

    /** RSA keys sign by newer algorithms than their type's name says. */
    private static String hostKeyAlgorithms(String keyType) {
        return keyType.equals("ssh-rsa") ? "rsa-sha2-512,rsa-sha2-256" : keyType;
    }

    /** {@code ssh} replaces tokens such as {@code %h} in file names. */
    private static String withoutTokens(Path file) {
        return file.toString().replace("%", "%%");
    }

    @Override
    public WritableByteChannel toHost() {
        return toHost;
    }

    @Override
    public void flush() throws IOException {
        if (!(toHost instanceof FileChannel)) {
            process.getOutputStream().flush();
        }
    }

    @Override
    public InputStream fromHost() {
        return fromHost;
    }

    @Override
    public SshException failure(IOException e) throws InterruptedException {
        boolean ended = process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        String words = errors();
        if (ended && process.exitValue() != CONNECTION_FAILED) {
            return ScriptEnd.failure(process.exitValue(), words, e);
        }
        return new SshException(
                SshException.Kind.LOST, "the connection broke" + (words.isEmpty() ? "" : ": " + words), e);
    }

    private String errors() {
        try (InputStream in = Files.newInputStream(folder.resolve("errors"))) {
            return new String(in.readNBytes(SHOWN_ERRORS), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> WITHOUT_SOCKET.stream().noneMatch(line::startsWith))
                    .collect(Collectors.joining("\n"))
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            toHost.close();
        } catch (IOException e) {
            // Nobody is there any more to take what was not flushed.
        }
        delete(folder);
    }

    private static void delete(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve("known_hosts"));
            Files.deleteIfExists(folder.resolve("errors"));
            Files.deleteIfExists(folder.resolve(DIAL));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // A public key and an error text in a folder for temporary files: harmless.
            return;
        }
    }
}
