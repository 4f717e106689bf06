package dev.podtrain.tunnel;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** Finds a port of this machine to listen on, for programs of this machine only. */
public final class LocalPort {
    /** So many ports are tried, beginning with the one that is wanted. */
    private static final int TRIES = 100;

    private static final int LAST_PORT = 65_535;
    private static final int BACKLOG = 100;
    private static final int PROBE_MILLIS = 200;

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    /** ::1. */
    private static final byte[] OTHER_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private LocalPort() {}

    /**
     * Listens on 127.0.0.1, on the wanted port or the next one that is free; the caller closes it.
     *
     * @param wanted 1 to 65535
     */
    public static ServerSocket listen(int wanted) {
        String reason = "it is taken";
        int last = Math.min(LAST_PORT, wanted + TRIES - 1);
        for (int port = wanted; port <= last; port++) {
            if (answersOnTheOtherLoopback(port)) {
                continue;
            }
            try {
                return new ServerSocket(port, BACKLOG, InetAddress.getByAddress(LOOPBACK));
            } catch (BindException e) {
                reason = String.valueOf(e.getMessage());
            } catch (IOException e) {
                throw unusable(wanted, port, e.toString(), e);
            }
        }
        throw unusable(wanted, last, reason, null);
    }

    /** A browser that is sent to {@code localhost} tries ::1 first, and would see somebody else's pages there. */
    private static boolean answersOnTheOtherLoopback(int port) {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress(InetAddress.getByAddress(OTHER_LOOPBACK), port), PROBE_MILLIS);
            return true;
        } catch (IOException e) {
            return false; // nobody is there, or this machine has no IPv6
        }
    }

    private static ProblemException unusable(int wanted, int last, String reason, @Nullable Throwable cause) {
        return new ProblemException(
                new Problem(
                        Problem.Kind.FAILED,
                        "no port of this machine could be opened",
                        "none of the ports " + wanted + " to " + last + " is to be had: " + reason,
                        "choose another one: LOCAL_PORT=7000 for TensorBoard, 'pod-train tunnel PORT:7000' else",
                        "nothing was changed; a training goes on"),
                cause);
    }
}
