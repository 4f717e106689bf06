package dev.podtrain.tunnel;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Time;
import dev.podtrain.ssh.ForwardedConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/** One connection of a program on this machine, carried to the pod and back. */
final class Carried {
    /** A browser that asks during an outage waits that long, and then sees its connection closed. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int BUFFER = 32 * 1024;

    private final Socket socket;
    private final Uplink uplink;
    private final Time time;

    Carried(Socket socket, Uplink uplink, Time time) {
        this.socket = socket;
        this.uplink = uplink;
        this.time = time;
    }

    /** Returns when both sides have ended their halves, one of them is gone, or the connection to the pod broke. */
    void run() {
        try (socket) {
            socket.setTcpNoDelay(true);
            Optional<ForwardedConnection> remote = uplink.connect(Deadline.in(time, PATIENCE));
            if (remote.isPresent()) {
                carry(remote.get());
            }
        } catch (IOException e) {
            return; // the program is gone: nothing is left to be told
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carry(ForwardedConnection remote) throws InterruptedException, IOException {
        try (remote) {
            Threads.daemon("tunnel-up", () -> sendUp(remote));
            copy(remote.in(), socket.getOutputStream());
            socket.shutdownOutput();
            remote.awaitEnd();
        } catch (IOException e) {
            // A reset: what was cut off must not look like the end of an answer.
            socket.setSoLinger(true, 0);
        }
    }

    private void sendUp(ForwardedConnection remote) {
        try {
            copy(socket.getInputStream(), remote.out());
            remote.out().close();
        } catch (IOException e) {
            // The program has hung up, or the pod has: the other direction ends with this.
            remote.close();
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        int length = from.read(buffer);
        while (length >= 0) {
            to.write(buffer, 0, length);
            to.flush();
            length = from.read(buffer);
        }
    }

    /** Ends it from outside. */
    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            return; // it is as good as closed
        }
    }
}
