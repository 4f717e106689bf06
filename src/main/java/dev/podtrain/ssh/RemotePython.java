package dev.podtrain.ssh;

import dev.podtrain.base.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs a Python script on the host in one round trip: the script travels on standard input, ahead of its own input. */
public final class RemotePython {
    /** Exit status of {@link #start} where the host has no Python 3. */
    public static final int NOT_FOUND = 127;

    /** Images that keep Python outside the usual folders say so in the container's PATH, which SSH does not get. */
    private static final String FIND_PYTHON = "command -v python3 >/dev/null 2>&1"
            + " || PATH=$PATH:$(tr '\\0' '\\n' </proc/1/environ | sed -n 's/^PATH=//p'); exec python3 -I -S -c \"$@\"";

    private static final String READ_SCRIPT =
            "import sys; i = sys.stdin.buffer; exec(compile(i.read(int(i.readline())), sys.argv[1], 'exec'))";

    private RemotePython() {}

    /**
     * Starts the script. It sees its name and the arguments in {@code sys.argv[1:]}; what is written to the process's
     * standard input from now on is the script's, to be read from {@code sys.stdin.buffer}. Flush after writing. That the
     * connection broke meanwhile may show only in the process's end, as that it has no exit status.
     */
    public static RemoteProcess start(
            SshSession session, String name, byte[] script, List<String> arguments, Deadline deadline)
            throws InterruptedException, SshException {
        RemoteProcess process = session.open(command(name, arguments), deadline);
        boolean usable = false;
        try {
            sendUnlessEnded(script, process);
            usable = true;
            return process;
        } finally {
            if (!usable) {
                process.close();
            }
        }
    }

    /** One that has ended already, for want of Python say, takes no script; its exit status tells why, and comes later. */
    private static void sendUnlessEnded(byte[] script, RemoteProcess process)
            throws InterruptedException, SshException {
        try {
            for (byte[] bytes : input(script)) {
                process.stdin().write(bytes);
            }
            process.stdin().flush();
        } catch (IOException e) {
            SshException failure = process.failure(e);
            if (failure.kind() != SshException.Kind.LOST) {
                throw failure;
            }
        }
    }

    /** What to run on the host so that it reads a script and becomes it. */
    static List<String> command(String name, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", FIND_PYTHON, "sh", READ_SCRIPT, name));
        command.addAll(arguments);
        return command;
    }

    /** What that command has to read first, one after the other. */
    static List<byte[]> input(byte[] script) {
        return List.of((script.length + "\n").getBytes(StandardCharsets.US_ASCII), script);
    }
}
