package dev.podtrain.ssh;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Time;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections for much data to the host of a session. The system's {@code ssh} program carries it where there is
 * one, because it needs a quarter of the computing time; with the host key and the private key of the session, and with
 * nothing of the user's own SSH set-up. Otherwise the session itself does.
 *
 * <p>The scripts it starts begin by printing one line that starts with a brace; what comes before that line is the login
 * shell's and is dropped.
 */
public final class DataPipes {
    /** Transfers end by themselves; a connection that falls silent is closed by its own heartbeat. */
    private static final Duration UNLIMITED = Duration.ofDays(365);

    /** So long after its last use a connection that is kept for later commands ends. */
    static final Duration KEPT = Duration.ofMinutes(2);

    /** What a path of a socket holds (104 bytes on macOS), without what {@code ssh} appends while it makes one. */
    private static final int LONGEST_SOCKET_PATH = 104 - 1 - 17;

    private final SshEndpoint endpoint;
    private final @Nullable SshSession session;
    private final @Nullable Path kept;
    private final String program;
    private final Time time;
    private volatile boolean systemSshWorks = true;

    private DataPipes(
            SshEndpoint endpoint, @Nullable SshSession session, @Nullable Path kept, String program, Time time) {
        this.endpoint = endpoint;
        this.session = session;
        this.kept = kept;
        this.program = program;
        this.time = time;
    }

    /**
     * To the host of a session, which the caller keeps open and closes.
     *
     * @param program the system's SSH client; if there is none, the session carries everything
     */
    public static DataPipes over(SshSession session, String program, Time time) {
        return new DataPipes(session.endpoint(), session, null, program, time);
    }

    /**
     * To a host whose key was checked in an earlier session, without a session: only the system's client is used.
     *
     * @param kept where a connection is kept for the commands of the next minutes, which spares them the login: a folder
     *     that only its owner can enter, for connections to this host alone
     */
    public static DataPipes to(SshEndpoint endpoint, Path kept, String program, Time time) {
        return new DataPipes(endpoint, null, socket(endpoint, kept), program, time);
    }

    /** Of the host as it is now: one that has moved, or got another key, is another host. Null where the path is too long. */
    private static @Nullable Path socket(SshEndpoint endpoint, Path folder) {
        String host = endpoint.user() + "@" + endpoint.host() + ":" + endpoint.port() + " " + endpoint.hostKey();
        Path socket =
                folder.resolve("ssh-" + Integer.toHexString(host.hashCode())).toAbsolutePath();
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        return length > LONGEST_SOCKET_PATH ? null : socket;
    }

    /** Whether there is a session, so that {@link #openShort} costs no login. */
    public boolean hasSession() {
        return session != null;
    }

    public SshEndpoint endpoint() {
        return endpoint;
    }

    /** Starts the script over a connection of its own, if the system has {@code ssh} and it works; else in the session. */
    public DataPipe open(String name, byte[] script, List<String> arguments) throws InterruptedException, SshException {
        SshSession fallback = session;
        if (fallback == null) {
            return openBySystem(null, name, script, arguments);
        }
        if (systemSshWorks) {
            try {
                return openBySystem(null, name, script, arguments);
            } catch (SshException e) {
                // There is no such program, or it could not log in: the session, which has, takes over for good.
                systemSshWorks = false;
            }
        }
        return openIn(fallback, name, script, arguments);
    }

    /** Starts the script for little data: without another login if there is a session or a kept connection. */
    public DataPipe openShort(String name, byte[] script, List<String> arguments)
            throws InterruptedException, SshException {
        return session == null ? openBySystem(kept, name, script, arguments) : openIn(session, name, script, arguments);
    }

    private DataPipe openBySystem(@Nullable Path kept, String name, byte[] script, List<String> arguments)
            throws InterruptedException, SshException {
        SystemSsh pipe;
        try {
            pipe = SystemSsh.start(program, endpoint, kept, name, script, arguments);
        } catch (IOException e) {
            throw new SshException(SshException.Kind.UNREACHABLE, "the program '" + program + "' cannot be started", e);
        }
        try {
            if (greets(pipe)) {
                return pipe;
            }
            throw pipe.failure(new EOFException("the script did not start"));
        } catch (IOException e) {
            SshException failure = e instanceof SshException known ? known : pipe.failure(e);
            pipe.close();
            throw failure;
        }
    }

    private DataPipe openIn(SshSession open, String name, byte[] script, List<String> arguments)
            throws InterruptedException, SshException {
        RemoteProcess process = RemotePython.start(open, name, script, arguments, Deadline.in(time, UNLIMITED));
        SessionPipe pipe = new SessionPipe(process, time);
        try {
            if (greets(pipe)) {
                return pipe;
            }
            throw pipe.failure(new EOFException("the script did not start"));
        } catch (IOException e) {
            pipe.close();
            throw e instanceof SshException known ? known : pipe.failure(e);
        }
    }

    /** Reads up to the end of the greeting. */
    private static boolean greets(DataPipe pipe) throws IOException {
        InputStream in = pipe.fromHost();
        boolean atStart = true;
        boolean greeting = false;
        for (int next = in.read(); next >= 0; next = in.read()) {
            greeting |= atStart && next == '{';
            atStart = next == '\n';
            if (atStart && greeting) {
                return true;
            }
        }
        return false;
    }
}
