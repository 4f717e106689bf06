package dev.podtrain.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;

/** Picks ports, for the local cloud and the pods' SSH servers, and finds out when one of those answers. */
final class SshPorts {
    /** Below the range from which Linux takes ports for outgoing connections (32768 and up). */
    private static final int FIRST = 20_000;

    private static final int COUNT = 12_000;
    private static final Duration CONNECT_LIMIT = Duration.ofMillis(200);

    private final Random random;

    SshPorts(Random random) {
        this.random = random;
    }

    /**
     * A port nobody listens on now. Somebody else may still take it: then the SSH server ends, and its container starts
     * again with another port.
     */
    int pick() {
        for (int tries = 0; tries < 1000; tries++) {
            int port = FIRST + random.nextInt(COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between %d and %d".formatted(FIRST, FIRST + COUNT));
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** Whether a server on this port greets. */
    static boolean greets(int port) {
        try (Socket socket = new Socket()) {
            int limit = (int) CONNECT_LIMIT.toMillis();
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), limit);
            socket.setSoTimeout(limit);
            return socket.getInputStream().read() == 'S';
        } catch (IOException notYet) {
            return false;
        }
    }
}
