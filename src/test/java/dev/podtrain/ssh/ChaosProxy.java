package dev.podtrain.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A loopback TCP relay whose connections a test can cut, or let fall silent without a word. */
public final class ChaosProxy implements AutoCloseable {
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final ServerSocket server;
    private final int targetPort;
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final AtomicLong allowance = new AtomicLong(UNLIMITED);

    public ChaosProxy(int targetPort) throws IOException {
        this.targetPort = targetPort;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::acceptAll);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The connections there are pass nothing on any more, and nobody is told; new ones work. */
    public void fallSilent() {
        links.forEach(link -> link.silent = true);
    }

    /** Ends every connection now with a reset, and says whether there was one; new ones work. */
    public boolean cut() {
        List<Link> open = links.stream().filter(link -> !link.client.isClosed()).toList();
        open.forEach(Link::cut);
        links.removeAll(open);
        return !open.isEmpty();
    }

    /** Ends every connection once so many bytes have passed towards the target, counted from now on. */
    public void cutAfter(long bytes) {
        allowance.set(bytes);
    }

    private void passed(int length) {
        long before = allowance.getAndUpdate(left -> left == UNLIMITED ? left : Math.max(0, left - length));
        if (before != UNLIMITED && before <= length) {
            cut();
        }
    }

    /** Lets any number of bytes pass again. */
    public void cutNoMore() {
        allowance.set(UNLIMITED);
    }

    private void acceptAll() {
        try {
            while (!server.isClosed()) {
                Socket client = server.accept();
                Socket target = new Socket();
                target.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
                client.setTcpNoDelay(true);
                target.setTcpNoDelay(true);
                Link link = new Link(client, target);
                links.add(link);
                daemon(() -> link.relay(client, target));
                daemon(() -> link.relay(target, client));
            }
        } catch (IOException e) {
            cut();
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket target;
        private volatile boolean silent;

        Link(Socket client, Socket target) {
            this.client = client;
            this.target = target;
        }

        void relay(Socket from, Socket to) {
            byte[] buffer = new byte[32 * 1024];
            try {
                int length = from.getInputStream().read(buffer);
                while (length >= 0) {
                    if (!silent) {
                        to.getOutputStream().write(buffer, 0, length);
                        passed(length);
                    }
                    length = from.getInputStream().read(buffer);
                }
            } catch (IOException e) {
                // The other direction ended or was cut; both end below.
            }
            if (!silent) {
                cut();
            }
        }

        void cut() {
            reset(client);
            reset(target);
        }
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "chaos-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
