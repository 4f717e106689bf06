package dev.podtrain.ssh;

import static dev.podtrain.ssh.SshException.Kind.LOST;

import java.util.Map;
import org.apache.sshd.client.channel.ClientChannel;

/** How a command ended, read from its closed channel. */
final class ExitStatus {
    /** Signals a server may name (RFC 4254, section 6.10), by their Linux numbers. */
    private static final Map<String, Integer> SIGNALS = Map.ofEntries(
            Map.entry("HUP", 1),
            Map.entry("INT", 2),
            Map.entry("QUIT", 3),
            Map.entry("ILL", 4),
            Map.entry("ABRT", 6),
            Map.entry("FPE", 8),
            Map.entry("KILL", 9),
            Map.entry("USR1", 10),
            Map.entry("SEGV", 11),
            Map.entry("USR2", 12),
            Map.entry("PIPE", 13),
            Map.entry("ALRM", 14),
            Map.entry("TERM", 15));

    private ExitStatus() {}

    /** 0 to 255, and 128 plus its number for a signal, as a shell has it. A channel that ended without either broke. */
    static int of(ClientChannel closed, String command) throws SshException {
        Integer status = closed.getExitStatus();
        if (status != null) {
            return status;
        }
        String signal = closed.getExitSignal();
        if (signal == null) {
            throw new SshException(LOST, "the connection broke before " + command + " told how it ended");
        }
        Integer number = SIGNALS.get(signal);
        if (number == null) {
            throw new SshException(LOST, command + " was ended by the unknown signal " + signal);
        }
        return 128 + number;
    }
}
